import { type Random } from '#libs/pattern-drawing';

/** The provinces of the demo, in the directory's order. */
export const DEMO_PROVINCES = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'] as const;

export type DemoProvince = (typeof DEMO_PROVINCES)[number];

type OneOf = readonly [string, ...string[]];

/** Centres that take applications; one named more often takes more of them, empty means the bureau itself. */
const CENTRES: Record<DemoProvince, OneOf> = {
  zhejiang: ['绍兴柯桥', '绍兴柯桥', '绍兴柯桥', '杭州', '湖州织里', '嘉兴', ''],
  shandong: ['青岛', '潍坊', '滨州', '淄博', ''],
  jiangsu: ['苏州盛泽', '苏州盛泽', '南通', '常州', ''],
  guangdong: ['广州海珠', '广州海珠', '佛山西樵', '汕头', ''],
};

const SEATS: Record<DemoProvince, OneOf> = {
  zhejiang: ['绍兴', '杭州', '湖州', '嘉兴'],
  shandong: ['青岛', '潍坊', '滨州', '淄博'],
  jiangsu: ['苏州', '南通', '常州', '无锡'],
  guangdong: ['广州', '佛山', '汕头', '深圳'],
};

const NAMES: OneOf = [
  '经纬梦',
  '云想裳',
  '织女桥',
  '青梭',
  '百布堂',
  '锦书来',
  '绣里',
  '布知道',
  '花样年',
  '丝语',
  '天孙',
  '纱窗月',
];

const TRADES: OneOf = ['纺织', '印染', '家纺', '花型设计', '面料'];

/** A company that no register of companies has: its name says so. */
export function inventOwner(province: DemoProvince, random: Random): string {
  return `${random.pick(SEATS[province])}${random.pick(NAMES)}${random.pick(TRADES)}有限公司（虚构）`;
}

/** The centre inside the province that took the application; empty for the bureau itself. */
export function chooseCentre(province: DemoProvince, random: Random): string {
  return random.pick(CENTRES[province]);
}
