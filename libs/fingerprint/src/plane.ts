/** Values over a rectangle, row by row. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  /** width x height values. */
  readonly values: Float32Array;
}
