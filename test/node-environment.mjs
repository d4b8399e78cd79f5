import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest's node environment runs tests in a sandbox whose typed arrays are other classes than node's own; native
 * addons (onnxruntime-node) accept only the outer ones, so the sandbox is handed those.
 */
export default class NodeEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
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
