import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { read, root } from './pages.ts'

/** Paths, from the root, of the files below a folder whose names have this form. */
export function filesIn(folder: string, form: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => form.test(name))
    .map((name) => `${folder}/${name}`)
}

/** The literals of a source and the text of its pages: what may reach a user. X stands for what a template fills in. Comments are no part of them. */
export function literalsOf(path: string): string[] {
  const literals: string[] = []
  eachNode(path, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isJsxText(node)) literals.push(node.text)
    else if (ts.isTemplateExpression(node)) literals.push(filledIn(node))
  })
  return literals
}

/** The comments of a source. */
export function commentsOf(path: string): string {
  const text = read(path)
  const comments = new Set<string>()
  eachNode(path, (node) => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [])
      comments.add(text.slice(pos, end).replace(/^ *\*/gm, ' '))
  })
  return [...comments].join('\n')
}

export interface Message {
  kind: 'error' | 'hint' | 'notice'
  /** X stands for what is filled in. */
  text: string
}

/** What a source says to a user in errors, their hints, warnings, notices and findings of `check`. */
export function messagesOf(path: string): Message[] {
  const messages: Message[] = []
  const add = (kind: Message['kind'], node?: ts.Node) => {
    if (node) for (const text of wholeTexts(node)) messages.push({ kind, text })
  }
  eachNode(path, (node) => {
    if (ts.isNewExpression(node) && /Error$|^Fault$/.test(node.expression.getText())) add('error', node.arguments?.[0])
    if (ts.isCallExpression(node) && /(^|\.)(warn|fail|notice|failed|ok|skipped)$/.test(node.expression.getText())) {
      add('notice', node.arguments[0])
      add('hint', node.arguments[1])
    }
    if (!ts.isPropertyAssignment(node)) return
    if (/^(hint|shellHint|fix)$/.test(node.name.getText())) add('hint', node.initializer)
    if (node.name.getText() === 'message') add('error', node.initializer)
  })
  return messages
}

/** The texts that an expression may be, each with X for what is filled in. */
function wholeTexts(node: ts.Node): string[] {
  if (ts.isTemplateExpression(node)) return [filledIn(node)]
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isConditionalExpression(node)) return [...wholeTexts(node.whenTrue), ...wholeTexts(node.whenFalse)]
  return ts.isBinaryExpression(node) ? [...wholeTexts(node.left), ...wholeTexts(node.right)] : []
}

function filledIn({ head, templateSpans }: ts.TemplateExpression): string {
  return head.text + templateSpans.map(({ literal }) => `X${literal.text}`).join('')
}

function eachNode(path: string, use: (node: ts.Node) => void): void {
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return
    use(node)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true, scriptKind(path)))
}

function scriptKind(path: string): ts.ScriptKind {
  if (path.endsWith('.js')) return ts.ScriptKind.JS
  return path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
}
