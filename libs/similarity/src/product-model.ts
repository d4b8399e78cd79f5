/**
 * An ONNX model of one node, Gemm(rows, queries transposed): `rows` [r, dimension] and `queries` [q, dimension] give `scores` [r, q], all f32,
 * r and q of any size. Fields by their numbers in onnx.proto (IR version 8, operators of version 13).
 */
export function productModel(dimension: number): Buffer {
  const transposed = bytes(5, bytes(1, 'transB'), whole(3, 1), whole(20, 2));
  const node = bytes(
    1,
    bytes(1, 'rows'),
    bytes(1, 'queries'),
    bytes(2, 'scores'),
    bytes(4, 'Gemm'),
    transposed,
  );
  const graph = bytes(
    7,
    node,
    bytes(2, 'product'),
    matrix(11, 'rows', 'r', dimension),
    matrix(11, 'queries', 'q', dimension),
    matrix(12, 'scores', 'r', 'q'),
  );
  return Buffer.concat([whole(1, 8), graph, bytes(8, whole(2, 13))]);
}

/** A ValueInfoProto: an f32 matrix, each side a number or the name of what is open. */
function matrix(field: number, name: string, ...sides: readonly (string | number)[]): Buffer {
  const shape = sides.map((side) => bytes(1, typeof side === 'number' ? whole(1, side) : bytes(2, side)));
  return bytes(field, bytes(1, name), bytes(2, bytes(1, whole(1, 1), bytes(2, ...shape))));
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
