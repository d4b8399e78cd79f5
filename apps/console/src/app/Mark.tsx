import mark from './weft.svg';

/** Warp and weft. */
export function Mark() {
  return <img className="mark" src={mark} alt="" width={26} height={26} />;
}
