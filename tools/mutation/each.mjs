import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin';

const UNSEEN = new Set(['Survived', 'NoCoverage', 'Timeout']);

/** Tells of each change that no spec notices as soon as that is known: a run that is broken off has told what it knew. */
class Each {
  onMutantTested({ fileName, location, mutatorName, replacement, status }) {
    if (!UNSEEN.has(status)) return;
    const { line, column } = location.start;
    const file = fileName.replace(/^.*\/libs\//, 'libs/');
    process.stdout.write(`${status} ${file}:${line}:${column} ${mutatorName}: ${replacement}\n`);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'each', Each)];
