import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { EXIT } from '../../deploy/failure.ts';
import { PROJECT_ROOT } from './project.ts';

/** A code that stands in the sources; the exit code or severity beside it is undefined where it comes from elsewhere. */
export type MessageCode = {
  code: string;
  exitCode: number | undefined;
  severity: string | undefined;
  file: string;
};

/** Those of Node, like EADDRINUSE, are nobody's message. */
const CODE = /^(?!E[A-Z]+$)[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
/** Objects whose keys are codes of BioT's: each has a cure of ours. */
const CURES = /^(CURES|cureWith)$/;
/** A condition that is not a ternary's. */
const ALWAYS = '';

/** Every code of a failure or finding in cli/ and deploy/. */
export function readMessageCodes(): MessageCode[] {
  return ['cli', 'deploy'].flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => readFile(`${folder}/${name}`)),
  );
}

function readFile(file: string): MessageCode[] {
  const text = readFileSync(join(PROJECT_ROOT, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const makers = new Set<string>();
  const found: MessageCode[] = [];
  const visit = (node: ts.Node, look: (node: ts.Node) => void): void => {
    look(node);
    ts.forEachChild(node, (child) => visit(child, look));
  };
  visit(source, (node) => {
    const name = makerOf(node);
    if (name) makers.add(name);
  });
  visit(source, (node) => found.push(...codesAt(node, makers).map((code) => ({ ...code, file }))));
  return found;
}

type Code = Omit<MessageCode, 'file'>;

function codesAt(node: ts.Node, makers: Set<string>): Code[] {
  if (ts.isPropertyAssignment(node) && nameOf(node.name) === 'code')
    return withExit(node.initializer, node.parent);
  if (ts.isVariableDeclaration(node) && nameOf(node.name) === 'code' && node.initializer)
    return withExit(node.initializer, undefined);
  if (ts.isCallExpression(node) && makers.has(node.expression.getText()) && node.arguments[0])
    return withExit(node.arguments[0], undefined);
  if (ts.isObjectLiteralExpression(node) && CURES.test(ownerOf(node)))
    return node.properties
      .map(({ name }) => (name ? nameOf(name) : ''))
      .filter((key) => CODE.test(key))
      .map((code) => ({ code, exitCode: undefined, severity: undefined }));
  return [];
}

/** The name of a function of this file whose first parameter is a code. */
function makerOf(node: ts.Node): string | undefined {
  if (!ts.isFunctionDeclaration(node) && !ts.isArrowFunction(node)) return undefined;
  const [first] = node.parameters;
  if (!first || nameOf(first.name) !== 'code') return undefined;
  const owner = ts.isFunctionDeclaration(node) ? node : node.parent;
  return ts.isFunctionDeclaration(owner) || ts.isVariableDeclaration(owner)
    ? owner.name?.getText()
    : undefined;
}

const nameOf = (node: ts.Node): string => (ts.isStringLiteral(node) ? node.text : node.getText());

const ownerOf = ({ parent }: ts.Node): string => {
  if (ts.isVariableDeclaration(parent)) return nameOf(parent.name);
  return ts.isCallExpression(parent) ? parent.expression.getText() : '';
};

/** Each code of an expression with the exit code of the same branch of a ternary, or of any. */
function withExit(expression: ts.Expression, parent: ts.Node | undefined): Code[] {
  const exits = exitsBeside(parent);
  const severity = beside(parent, 'severity')?.getText().slice(1, -1);
  return branchesOf(expression).flatMap(([condition, node]) => {
    if (!ts.isStringLiteral(node) || !CODE.test(node.text)) return [];
    return [{ code: node.text, exitCode: exits.get(condition) ?? exits.get(ALWAYS), severity }];
  });
}

function beside(parent: ts.Node | undefined, name: string): ts.Expression | undefined {
  const properties = parent && ts.isObjectLiteralExpression(parent) ? parent.properties : [];
  const found = properties.find((property) => property.name && nameOf(property.name) === name);
  return found && ts.isPropertyAssignment(found) ? found.initializer : undefined;
}

/** Branch → exit code, as far as it stands beside the code. */
function exitsBeside(parent: ts.Node | undefined): Map<string, number> {
  const exit = beside(parent, 'exitCode');
  if (!exit) return new Map();
  const named = branchesOf(exit).map(([condition, node]) => {
    const [, name = ''] = /^EXIT\.(\w+)$/.exec(node.getText()) ?? [];
    return [condition, EXIT[name as keyof typeof EXIT]] as const;
  });
  return new Map(named.filter(([, exitCode]) => exitCode !== undefined));
}

/** `a ? b : c` → [`a`, b] and [`!a`, c]; `a ?? b` and `a || b` are both of these. */
function branchesOf(node: ts.Expression): [condition: string, node: ts.Expression][] {
  if (ts.isParenthesizedExpression(node)) return branchesOf(node.expression);
  if (ts.isConditionalExpression(node)) {
    const condition = node.condition.getText();
    return [
      ...branchesOf(node.whenTrue).map(
        ([inner, branch]) => [inner || condition, branch] as [string, ts.Expression],
      ),
      ...branchesOf(node.whenFalse).map(
        ([inner, branch]) => [inner || `!${condition}`, branch] as [string, ts.Expression],
      ),
    ];
  }
  if (ts.isBinaryExpression(node)) return [...branchesOf(node.left), ...branchesOf(node.right)];
  return [[ALWAYS, node]];
}
