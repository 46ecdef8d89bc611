'use strict';
// Starts the runner that the tree would use: its own entry, found from the unit's directory.
const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');
const { ask, home, write } = require('./rg_facts.cjs');

function entry(name) {
  const found = home(name);
  if (found === undefined) {
    return undefined;
  }
  const manifest = JSON.parse(fs.readFileSync(path.join(found, 'package.json'), 'utf8'));
  const bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin?.[name];
  return bin && { file: fs.realpathSync(path.join(found, bin)), version: manifest.version };
}

const found = entry(ask.package);
if (found === undefined) {
  write('missing', { what: ask.package });
  process.exit(97);
}
const files = ask.paths.filter((file) => fs.existsSync(path.resolve(file)));
if (!ask.whole && files.length === 0) {
  write('nothing', {});
  process.exit(0);
}
write('start', { runner: ask.package, version: found.version, node: process.versions.node });
process.argv = [process.argv[0], found.file, ...ask.args, ...files];
import(pathToFileURL(found.file).href).catch((error) => {
  console.error(error);
  process.exit(98);
});
