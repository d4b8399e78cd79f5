import { Command } from 'commander';
import { z } from 'zod';
import { checkPlanted, plantedText, type PlantedCheck } from '../client/check-planted.js';
import { openNode } from '../client/open-node.js';
import { plainTable, provinceName } from '../client/tables.js';
import { readConfig, type CliConfig } from '../config.js';
import { type Plant } from '../demo/plan.js';
import { locateHome } from '../home/weft-home.js';
import { Output } from '../output.js';
import { Problem } from '../problem.js';
import { demoPlanOf } from '../up/fill-demo.js';

const optionsSchema = z.object({ check: z.boolean().default(false) });

/** `weft demo`: the planted duplicates; with `--check` whether the running federation finds them. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('list the cross-province duplicates planted in the demo registry, or check them')
    .argument('[id...]', 'planted copies, by default all')
    .option('--check', 'offer each in its province; 0 only if every one finds its original first')
    .action(async (ids: string[], _options: unknown, command: Command) => {
      const config = readConfig();
      const output = Output.of(command);
      const plants = choose(demoPlanOf(locateHome(config)).planted, ids);
      if (optionsSchema.parse(command.opts()).check) await check(config, plants, output);
      else output.result(plants.map(described), () => plantsText(plants));
    });
}

function choose(planted: readonly Plant[], ids: readonly string[]): readonly Plant[] {
  const unknown = ids.find((id) => !planted.some((plant) => plant.id === id));
  if (unknown !== undefined) throw new Problem('id', `"${unknown}" is not planted`, 'see "weft demo"');
  return ids.length === 0 ? planted : planted.filter(({ id }) => ids.includes(id));
}

async function check(config: CliConfig, plants: readonly Plant[], output: Output): Promise<void> {
  const nodes = new Map(plants.map(({ offeredIn }) => [offeredIn, openNode(config, offeredIn)]));
  const checked: PlantedCheck[] = [];
  for (const plant of plants) {
    const node = nodes.get(plant.offeredIn);
    if (!node) throw new Error(`no node of ${plant.offeredIn}`);
    const planted = await checkPlanted(node, plant);
    checked.push(planted);
    output.say(`${planted.id}: ${plantedText(planted)}`);
  }
  const found = checked.filter((planted) => planted.found).length;
  const judged = checked.filter(({ verdict }) => verdict !== null).length;
  output.result(
    { found, planted: checked.length, checks: checked },
    () => `${checked.length} copies: ${found} found first, ${judged} judged duplicate or suspected`,
  );
  process.exitCode = found === checked.length ? 0 : 1;
}

function described({ id, kind, original, offeredIn, registeredAs }: Plant) {
  return { id, kind, original, offeredIn, registeredAs };
}

function plantsText(plants: readonly Plant[]): string {
  const table = plainTable([
    '编号 Id',
    '方式 Kind',
    '原作 Original',
    '提交地 Offered in',
    '已登记为 Registered as',
  ]);
  for (const { id, kind, original, offeredIn, registeredAs } of plants) {
    table.push([
      id,
      kind,
      `${provinceName(original.province)} ${original.registrationNumber}`,
      provinceName(offeredIn),
      registeredAs ?? '–',
    ]);
  }
  return table.toString();
}
