import os, sys, platform
from importlib.util import find_spec
# Where pytest is and which one, without loading it: that takes longer than everything else here.
spec = find_spec('pytest')
if spec is None:
    raise ModuleNotFoundError("No module named 'pytest'")
found, depends = set(), set(os.path.abspath(path) for path in sys.path if path)
depends.add(os.path.join(sys.prefix, 'pyvenv.cfg'))
depends.add(spec.origin or sys.executable)
try:
    import site
    depends.add(site.getusersitepackages())
    depends.update(site.getsitepackages())
except Exception:
    pass
for path in list(depends):
    try:
        depends.update(os.path.join(path, name) for name in os.listdir(path) if name.endswith('.pth'))
    except OSError:
        pass
version = None
try:
    from importlib.metadata import distributions
    for each in distributions():
        name = each.metadata['Name']
        if name == 'pytest':
            version = version or each.version
        if any(point.group == 'pytest11' for point in each.entry_points):
            found.add('%s %s' % (name, each.version))
            depends.add(str(getattr(each, '_path', '') or sys.executable))
except Exception:
    pass
if version is None:
    import pytest
    version = pytest.__version__
base = '%s %s, pytest %s' % (platform.python_implementation(), sys.version.split()[0], version)
print(', '.join([base] + sorted(found)))
sys.stderr.write(''.join('depends on: %s\n' % path for path in sorted(depends)))
