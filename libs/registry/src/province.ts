/** Provincial members by GB/T 2260 code, ISO 3166-2 code, and the region word that opens a registration number. */
const PROVINCES = [
  ['beijing', '110000', 'CN-BJ', '京', '北京', 'Beijing'],
  ['tianjin', '120000', 'CN-TJ', '津', '天津', 'Tianjin'],
  ['hebei', '130000', 'CN-HE', '冀', '河北', 'Hebei'],
  ['shanxi', '140000', 'CN-SX', '晋', '山西', 'Shanxi'],
  ['neimenggu', '150000', 'CN-NM', '内蒙古', '内蒙古', 'Inner Mongolia'],
  ['liaoning', '210000', 'CN-LN', '辽', '辽宁', 'Liaoning'],
  ['jilin', '220000', 'CN-JL', '吉', '吉林', 'Jilin'],
  ['heilongjiang', '230000', 'CN-HL', '黑', '黑龙江', 'Heilongjiang'],
  ['shanghai', '310000', 'CN-SH', '沪', '上海', 'Shanghai'],
  ['jiangsu', '320000', 'CN-JS', '苏', '江苏', 'Jiangsu'],
  ['zhejiang', '330000', 'CN-ZJ', '浙', '浙江', 'Zhejiang'],
  ['anhui', '340000', 'CN-AH', '皖', '安徽', 'Anhui'],
  ['fujian', '350000', 'CN-FJ', '闽', '福建', 'Fujian'],
  ['jiangxi', '360000', 'CN-JX', '赣', '江西', 'Jiangxi'],
  ['shandong', '370000', 'CN-SD', '鲁', '山东', 'Shandong'],
  ['henan', '410000', 'CN-HA', '豫', '河南', 'Henan'],
  ['hubei', '420000', 'CN-HB', '鄂', '湖北', 'Hubei'],
  ['hunan', '430000', 'CN-HN', '湘', '湖南', 'Hunan'],
  ['guangdong', '440000', 'CN-GD', '粤', '广东', 'Guangdong'],
  ['guangxi', '450000', 'CN-GX', '桂', '广西', 'Guangxi'],
  ['hainan', '460000', 'CN-HI', '琼', '海南', 'Hainan'],
  ['chongqing', '500000', 'CN-CQ', '渝', '重庆', 'Chongqing'],
  ['sichuan', '510000', 'CN-SC', '川', '四川', 'Sichuan'],
  ['guizhou', '520000', 'CN-GZ', '黔', '贵州', 'Guizhou'],
  ['yunnan', '530000', 'CN-YN', '滇', '云南', 'Yunnan'],
  ['xizang', '540000', 'CN-XZ', '藏', '西藏', 'Xizang'],
  ['shaanxi', '610000', 'CN-SN', '陕', '陕西', 'Shaanxi'],
  ['gansu', '620000', 'CN-GS', '甘', '甘肃', 'Gansu'],
  ['qinghai', '630000', 'CN-QH', '青', '青海', 'Qinghai'],
  ['ningxia', '640000', 'CN-NX', '宁', '宁夏', 'Ningxia'],
  ['xinjiang', '650000', 'CN-XJ', '新', '新疆', 'Xinjiang'],
] as const;

/** A province's id in the member directory, in file names and on the command line. */
export type ProvinceId = string;

/** What is fixed of a province by national standards. */
export interface Province {
  readonly id: ProvinceId;
  /** GB/T 2260, six digits. */
  readonly gb2260: string;
  /** ISO 3166-2. */
  readonly iso3166: string;
  /** Opens the province's registration numbers. */
  readonly regionWord: string;
  readonly nameZh: string;
  readonly nameEn: string;
}

const byId = new Map<string, Province>(
  PROVINCES.map(([id, gb2260, iso3166, regionWord, nameZh, nameEn]) => [
    id,
    { id, gb2260, iso3166, regionWord, nameZh, nameEn },
  ]),
);

/** The province of this id, or undefined if there is none. */
export function findProvince(id: string): Province | undefined {
  return byId.get(id);
}

/** All provinces, in the order of their GB/T 2260 codes. */
export function allProvinces(): readonly Province[] {
  return [...byId.values()];
}
