import os, sys, platform, unittest
depends = set(os.path.abspath(path) for path in sys.path if path)
depends.add(os.path.join(sys.prefix, 'pyvenv.cfg'))
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
base = '%s %s, unittest' % (platform.python_implementation(), sys.version.split()[0])
print(base)
sys.stderr.write(''.join('depends on: %s\n' % path for path in sorted(depends)))
