import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin';

const TAKES_WORDS = new Set([
  'add',
  'find',
  'refuse',
  'contradict',
  'malformed',
  'fails',
  'FederationLogError',
  'AuditError',
]);
const NAMES_WORDS = new Set(['zh', 'en', 'detail', 'problem', 'what', 'names', 'other', 'few', 'REMEDY']);

/** What a finding or an error says to people is not changed: a class of fault or a field is, which has no space in it. */
class Words {
  shouldIgnore(path) {
    if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
    const written = path.isStringLiteral()
      ? path.node.value
      : path.node.quasis.map(({ value }) => value.raw).join('');
    if (!/[\s\u3000-\uffef\u4e00-\u9fff]/.test(written)) return undefined;
    const told = path.findParent(
      (parent) => parent.isStatement() || isCallWithWords(parent) || isNameOfWords(parent),
    );
    return told && (isCallWithWords(told) || isNameOfWords(told) || declaresWords(told))
      ? 'words for people'
      : undefined;
  }
}

function isCallWithWords(path) {
  if (!path.isCallExpression() && !path.isNewExpression()) return false;
  const { callee } = path.node;
  return TAKES_WORDS.has(callee.name ?? callee.property?.name);
}

function isNameOfWords(path) {
  return path.isObjectProperty() && NAMES_WORDS.has(path.node.key.name);
}

function declaresWords(path) {
  return path.isVariableDeclaration() && path.node.declarations.every(({ id }) => NAMES_WORDS.has(id.name));
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Ignore, 'words', Words)];
