import { expect, it } from '@jest/globals';
import { type MembersReport } from './check-report.js';
import { membersText } from './tables.js';

const OLD = `sha256:${'0d'.repeat(32)}`;
const NEW = `sha256:${'ab'.repeat(32)}`;

it('shows every version that a member serves, and how far each other than the one in force is', () => {
  const report: MembersReport = {
    epoch: 2,
    members: [
      {
        province: 'zhejiang',
        nameZh: '浙江',
        nameEn: 'Zhejiang',
        outcome: 'ANSWERED',
        detail: '',
        modelDigest: OLD,
        searched: 500,
        declared: 500,
        position: 700,
        registryPosition: 700,
        served: [
          { modelDigest: NEW, searched: 125, declared: 500 },
          { modelDigest: OLD, searched: 500, declared: 500 },
        ],
      },
    ],
  };
  const text = membersText(report);
  expect(text).toMatch(
    /│ 浙江 Zhejiang\s+│ ANSWERED\s+│ 500\s+│ 500\s+│ abababababab\s+│ abababababab: 125\/500 \(25%\)/,
  );
  expect(text).toContain('0d0d0d0d0d0d');
});
