import type { InBothLanguages } from '#libs/registry';

/** What a picture shows, for the people who look at it; the pictures themselves hold no text. */
export const CAPTIONS = {
  'side-by-side.png': {
    zh: '左：待查图；右：候选图。黄线围出匹配区域，同色圆点为两图对应之处（部分以细线相连），品红框为待查图边界落在候选图上的位置。',
    en: 'Left: query; right: candidate. Yellow outlines the matched region, dots of one colour are the same place in both (some joined by lines), magenta is where the border of the query lies on the candidate.',
  },
  'overlay.png': {
    zh: '线条套印：红为待查图，青为候选图，近黑处两者重合；灰底处待查图未覆盖。',
    en: 'Lines printed over each other: red is the query, cyan the candidate, nearly black where both agree; on grey nothing of the query lies.',
  },
  'checkerboard.png': {
    zh: '棋盘格交替显示两图：线条跨格连续，即为同一图形。',
    en: 'Fields of both pictures by turns: lines that go on from field to field are the same lines.',
  },
  'blink-a.png': {
    zh: '候选图；与 blink-b.png 交替闪烁比对。',
    en: 'The candidate; to be shown by turns with blink-b.png.',
  },
  'blink-b.png': {
    zh: '按对应关系变换到候选图位置的待查图；灰色处待查图未覆盖。',
    en: "The query laid into the candidate's position; nothing of it lies on grey.",
  },
  'matched-query.png': {
    zh: '待查图中参与匹配的区域；其余部分淡化。',
    en: 'What of the query takes part in the match; the rest is faded.',
  },
  'matched-candidate.png': {
    zh: '候选图中参与匹配的区域；其余部分淡化。',
    en: 'What of the candidate takes part in the match; the rest is faded.',
  },
  'repeat-query.png': {
    zh: '待查图的循环单元（品红框内为一个单元），已变换到候选图的位置。',
    en: "The query's repeat, one unit outlined in magenta, laid into the candidate's position.",
  },
  'repeat-candidate.png': {
    zh: '候选图的循环单元（品红框内为一个单元）。',
    en: "The candidate's repeat, one unit outlined in magenta.",
  },
  'repeat-difference.png': {
    zh: '两循环单元的差异（配色差异已整体校正）：白为相同，黄、红至暗红为差异渐大；下方色条左为相同、右为差异最大。',
    en: 'Where the two repeats differ once their colours are fitted to each other: white is equal, yellow, red and dark red differ more; the bar below goes from equal (left) to most different (right).',
  },
  'palette.png': {
    zh: '左列为待查图主色，右列为候选图主色，高度为所占比例；连带表示哪种颜色对应到哪种颜色。',
    en: "Left the query's main colours, right the candidate's, as high as their share; bands lead from each colour to what lies on it.",
  },
} as const satisfies Readonly<Record<string, InBothLanguages>>;

/** The name of one of the pictures. */
export type PictureName = keyof typeof CAPTIONS;

/** Why a picture is not there. */
export const REASONS = {
  noPlacing: {
    zh: '未能确定待查图在候选图上的位置。',
    en: 'No position of the query on the candidate was found.',
  },
  noPlaces: {
    zh: '没有逐点对应的位置支持该匹配。',
    en: 'No single places support the match.',
  },
  queryDoesNotRepeat: { zh: '待查图中未找到循环单元。', en: 'No repeat was found in the query.' },
  candidateDoesNotRepeat: { zh: '候选图中未找到循环单元。', en: 'No repeat was found in the candidate.' },
  neitherRepeats: { zh: '两图中均未找到循环单元。', en: 'No repeat was found in either picture.' },
  otherLattice: {
    zh: '两图的循环网格形状不同，无法重叠比对。',
    en: 'The lattices of the two repeats have different shapes and cannot be laid on each other.',
  },
} as const satisfies Readonly<Record<string, InBothLanguages>>;
