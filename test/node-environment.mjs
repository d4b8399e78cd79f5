import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest's node environment with two changes. Its global object is an ordinary one: jest's own asks a proxy at each use of
 * `Math` or `Float32Array`, which makes work on pixels twenty times slower. And its typed arrays are node's own, since native
 * addons (onnxruntime-node) accept no others.
 */
export default class NodeEnvironment extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
    Object.assign(this.global, {
      ArrayBuffer,
      SharedArrayBuffer,
      Float32Array,
      Float64Array,
      Int8Array,
      Int32Array,
      BigInt64Array,
      Uint8Array,
      Uint8ClampedArray,
      Uint16Array,
      Uint32Array,
    });
  }
}
