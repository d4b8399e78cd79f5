/** What the libraries use of the engine's WebAssembly, which neither the language's nor Node's types declare. */
declare namespace WebAssembly {
  class Memory {
    /** Pages of 64 KB. */
    constructor(pages: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean });
    readonly buffer: ArrayBuffer;
    /** @throws RangeError when the pages are not to be had */
    grow(pages: number): number;
  }

  class Module {
    constructor(code: Uint8Array);
  }

  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, { readonly memory: Memory }>>);
    readonly exports: Readonly<Record<string, (...numbers: number[]) => number>>;
  }
}
