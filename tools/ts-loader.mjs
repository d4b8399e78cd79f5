/** `node --import ./tools/ts-loader.mjs FILE.ts` */
import { register } from 'node:module';

register('./ts-hooks.mjs', import.meta.url);
