/** When this returns, no process and no folder of the run's database server is left. */
export default async function tearDown() {
  await globalThis.endTestPostgres();
}
