import i18next from 'i18next';
import { PAPERS } from '#libs/registry';
import { en } from '../../apps/console/src/words/en.js';
import { nodeErrorText } from '../../apps/console/src/words/node-errors.js';
import { zh } from '../../apps/console/src/words/zh.js';

const say = (code: string, field: string, problem: string) =>
  nodeErrorText({ code, field, problem, remedy: 'do something else' });

/** What the node refuses of what people do in the console, in its own words. */
const REFUSED = [
  ['WRONG_STATE', 'state', 'is applied, which cannot become revoked'],
  ['WRONG_STATE', 'step', 'is sent, which cannot become upheld'],
  ['WRONG_STATE', 'step', 'is not so: the registration stands'],
  ['WRONG_STATE', 'checkId', 'has a bundle of 4000000 bytes, over the 3670016 that travel'],
  [
    'WRONG_STATE',
    'checkId',
    'is of directory epoch 3, which this node was never run with since it keeps them',
  ],
  [
    'WRONG_STATE',
    'checkId',
    'is not decided: no examiner found the sample to be the same work or derived from it',
  ],
  ['WRONG_STATE', 'itemId', 'is not yours to work on'],
  ['WRONG_STATE', 'result', 'is not so: the other province was sent no finding about it'],
  ['CONFLICT', 'before', 'is not the latest step: somebody has taken another since'],
  ['CONFLICT', 'findingId', 'has got another step in the meantime'],
  ['CONFLICT', 'findingId', 'has two histories'],
  ['CONFLICT', 'registrationId', 'has been sent of this check already'],
  ['CONFLICT', 'registrationId', 'has been noted of this check already'],
  ['CONFLICT', 'supersedes', 'is not the latest decision on this check: somebody has decided since'],
  ['CONFLICT', 'checkId', 'was superseded by check 1, which has more answers'],
  ['INVALID_INPUT', 'papers', `lack ${PAPERS.slice(0, 2).join(', ')}`],
  ['INVALID_INPUT', 'picture', 'the pattern covers 12% of the picture, at least 15% are needed'],
  ['INVALID_INPUT', 'handedOn', 'is before 2026-03-01'],
  ['INVALID_INPUT', 'remark', 'is too long'],
  ['INVALID_INPUT', 'reference', 'is empty'],
] as const;

describe("what the node refuses, in the examiner's language", () => {
  beforeAll(async () => {
    await i18next.init({
      lng: 'zh',
      resources: { zh: { translation: zh }, en: { translation: en } },
      interpolation: { escapeValue: false },
    });
  });

  it.each(REFUSED)('%s of %s: %s', async (code, field, problem) => {
    await i18next.changeLanguage('zh');
    const chinese = say(code, field, problem);
    expect(chinese).toMatch(/\p{Script=Han}/u);
    expect(chinese.replaceAll('weft', '')).not.toMatch(/[A-Za-z]{2}/);
    await i18next.changeLanguage('en');
    expect(say(code, field, problem)).not.toMatch(/\p{Script=Han}/u);
  });

  it('says in the words of the screen what a picture, a paper or a state is about', async () => {
    await i18next.changeLanguage('zh');
    expect(say('INVALID_INPUT', 'picture', 'the pattern covers 12% of the picture')).toContain('12%');
    expect(say('INVALID_INPUT', 'papers', 'lack identity')).toContain(zh.applications.papers.identity);
    expect(say('WRONG_STATE', 'state', 'is refused, which cannot become examined')).toContain(
      zh.registrations.states.refused,
    );
  });

  it('gives what it has no words for as it is, and says that it is English', async () => {
    await i18next.changeLanguage('zh');
    expect(say('CONFLICT', 'moon', 'is full')).toBe('节点答复（英文原文）：is full');
  });
});
