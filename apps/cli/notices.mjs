// dist/THIRD-PARTY-NOTICES.txt: the licences of other people's packages that went into dist/py.cjs, and of what is in dist/sqlite.cjs.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const line = `\n${'-'.repeat(80)}\n\n`;

/** An esbuild plugin. */
export function thirdPartyNotices() {
  return {
    name: 'third-party notices',
    setup({ initialOptions, onEnd }) {
      initialOptions.metafile = true;
      onEnd(({ metafile }) => {
        if (!metafile || !Object.keys(metafile.outputs).some((path) => path.endsWith('/py.cjs'))) return;
        const { absWorkingDir, outdir } = initialOptions;
        const folders = new Set(Object.keys(metafile.inputs).map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(path)?.[0]).filter((folder) => folder !== undefined));
        const notices = [...folders].map((folder) => notice(join(absWorkingDir, folder))).sort();
        writeFileSync(join(outdir, 'THIRD-PARTY-NOTICES.txt'), `dist/py.cjs contains code of these packages.\n\n${notices.join(line)}${line}dist/sqlite.cjs:\n\n${readFileSync(join(absWorkingDir, '../../packages/sqlite/NOTICE'), 'utf8')}`);
      });
    },
  };
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : 'This package came without the text of its licence.'}\n`;
}
