import { Counter, type Registry } from 'prom-client';
import type { HedgeEvent, ProvinceId } from '#libs/registry';

/** Counts what becomes of members' second processes. */
export function countHedges(registry: Registry): (member: ProvinceId, event: HedgeEvent) => void {
  const counter = new Counter({
    name: 'weft_hedges_total',
    help: "A member's second process: asked because the first was slow, first to answer, left out for want of budget, or asked because the first was not there",
    labelNames: ['member', 'event'],
    registers: [registry],
  });
  return (member, event) => counter.inc({ member, event });
}
