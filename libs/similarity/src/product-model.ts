/** How a matrix of bytes or numbers is stored; TensorProto.DataType. */
const TYPE = { f32: 1, u8: 2, i8: 3, i32: 6 } as const;

/**
 * An ONNX model of one node, MatMulInteger(rows - 128, queries): `rows` [r, width] u8 and `queries` [width, q] i8 give `dots` [r, q] i32, r and q of any
 * size. Fields by their numbers in onnx.proto (IR version 8, operators of version 13).
 */
export function integerProductModel(width: number): Buffer {
  const node = bytes(
    1,
    bytes(1, 'rows'),
    bytes(1, 'queries'),
    bytes(1, 'zero'),
    bytes(2, 'dots'),
    bytes(4, 'MatMulInteger'),
  );
  const zero = bytes(5, whole(2, TYPE.u8), bytes(8, 'zero'), bytes(9, Buffer.of(128)));
  return model(
    node,
    zero,
    matrix(11, 'rows', TYPE.u8, 'r', width),
    matrix(11, 'queries', TYPE.i8, width, 'q'),
    matrix(12, 'dots', TYPE.i32, 'r', 'q'),
  );
}

/** The same of f32 numbers, Gemm(rows, queries transposed): `rows` [r, dimension] and `queries` [q, dimension] give `dots` [r, q]. */
export function floatProductModel(dimension: number): Buffer {
  const transposed = bytes(5, bytes(1, 'transB'), whole(3, 1), whole(20, 2));
  const node = bytes(
    1,
    bytes(1, 'rows'),
    bytes(1, 'queries'),
    bytes(2, 'dots'),
    bytes(4, 'Gemm'),
    transposed,
  );
  return model(
    node,
    matrix(11, 'rows', TYPE.f32, 'r', dimension),
    matrix(11, 'queries', TYPE.f32, 'q', dimension),
    matrix(12, 'dots', TYPE.f32, 'r', 'q'),
  );
}

function model(node: Buffer, ...rest: readonly Buffer[]): Buffer {
  const graph = bytes(7, node, bytes(2, 'product'), ...rest);
  return Buffer.concat([whole(1, 8), graph, bytes(8, whole(2, 13))]);
}

/** A ValueInfoProto: a matrix, each side a number or the name of what is open. */
function matrix(field: number, name: string, type: number, ...sides: readonly (string | number)[]): Buffer {
  const shape = sides.map((side) => bytes(1, typeof side === 'number' ? whole(1, side) : bytes(2, side)));
  return bytes(field, bytes(1, name), bytes(2, bytes(1, whole(1, type), bytes(2, ...shape))));
}

/** A field of text, bytes or a message. */
function bytes(field: number, ...content: readonly (string | Buffer)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
}

function whole(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function varint(value: number): Buffer {
  return value < 128
    ? Buffer.of(value)
    : Buffer.concat([Buffer.of((value % 128) + 128), varint(Math.floor(value / 128))]);
}
