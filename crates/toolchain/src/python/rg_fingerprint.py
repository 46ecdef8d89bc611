import os, sys, platform, pytest
found, depends = set(), set(os.path.abspath(path) for path in sys.path if path)
depends.add(os.path.join(sys.prefix, 'pyvenv.cfg'))
depends.add(getattr(pytest, '__file__', None) or sys.executable)
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
try:
    from importlib.metadata import distributions
    for each in distributions():
        if any(point.group == 'pytest11' for point in each.entry_points):
            found.add('%s %s' % (each.metadata['Name'], each.version))
            depends.add(str(getattr(each, '_path', '') or sys.executable))
except Exception:
    pass
base = '%s %s, pytest %s' % (platform.python_implementation(), sys.version.split()[0], pytest.__version__)
print(', '.join([base] + sorted(found)))
sys.stderr.write(''.join('depends on: %s\n' % path for path in sorted(depends)))
