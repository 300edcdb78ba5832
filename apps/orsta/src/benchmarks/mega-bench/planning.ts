/**
 * MEGA-Bench's check of symbolic plans: the actions of a response are carried out in the PDDL domain of the question; the plan is right if each action's
 * precondition holds and the goal does at the end. It reads as much PDDL as the benchmark has: conjunctions, negations, typed parameters.
 *
 * As in the authors' code a negated condition is only looked up as it is written, so that it never fails a plan, and a type after ` - ` is left out.
 */
import { get, isListOrTuple, type PyDict, type PyValue } from '../python/value.ts';

interface Action {
  readonly parameters: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A domain, plan or task that is not what it should be. Never leaves this file. */
class BadPlan extends Error {}

/** 1 for a plan that reaches the goal, 0 for every other. */
export function planReachesGoal(response: PyValue, context: PyDict): number {
  const [domain, task] = [get(context, 'domain_pddl'), get(context, 'task_pddl')];
  const lines = typeof response === 'string' ? response.split('\n') : isListOrTuple(response) ? response.items : undefined;
  if (typeof domain !== 'string' || typeof task !== 'string' || lines === undefined) return 0;
  const steps = lines.flatMap((line) => (typeof line === 'string' && line.startsWith('(') ? [line.trim()] : []));
  try {
    return Number(run(steps, actionsOf(domain), { state: groupsAfter(task, '(:init'), goal: groupsAfter(task, '(and') }));
  } catch (error) {
    if (error instanceof BadPlan) return 0;
    throw error;
  }
}

function run(
  steps: readonly string[],
  actions: ReadonlyMap<string, Action>,
  task: { state: readonly string[]; goal: readonly string[] },
): boolean {
  let state = [...task.state];
  for (const step of steps) {
    const [name = '', ...objects] = step.slice(1, -1).split(' ');
    const action = actions.get(name.trim());
    if (action?.parameters.length !== objects.length) throw new BadPlan();
    const bind = (condition: string): string => bound(condition, action.parameters, objects);
    if (!holds(action.before.map(bind), state)) return false;
    state = apply(action.after.map(bind), state);
  }
  return holds(task.goal, state);
}

function holds(conditions: readonly string[], state: readonly string[]): boolean {
  return conditions.every((condition) => condition.startsWith('(not ') !== state.includes(condition));
}

function apply(effects: readonly string[], state: readonly string[]): string[] {
  const next = [...state];
  for (const effect of effects) {
    const negated = effect.includes('(not ') ? groupsAfter(effect, '(not ') : [];
    const [removed] = negated;
    if (removed !== undefined) {
      if (negated.length > 1) throw new BadPlan();
      const at = next.indexOf(removed);
      if (at >= 0) next.splice(at, 1);
    } else if (!next.includes(effect.trim())) next.push(effect);
  }
  return next;
}

function bound(condition: string, parameters: readonly string[], objects: readonly string[]): string {
  return parameters.reduce(
    (text, parameter, index) =>
      text.replace(new RegExp(`\\?${escapeRegExp(parameter)}(?=[^\\p{L}\\p{N}_-])`, 'gu'), () => objects[index] ?? ''),
    condition,
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
}

/** The balanced groups in brackets that come between a mark and the bracket that closes it. */
function groupsAfter(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  if (at < 0) return [];
  return groups(text.slice(at + mark.length)).inner;
}

function groups(text: string): { inner: string[]; end: number } {
  const inner: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') {
      if (depth === 0) start = at;
      depth += 1;
    } else if (text[at] === ')') {
      if (depth === 0) return { inner, end: at + 1 };
      depth -= 1;
      if (depth === 0) inner.push(text.slice(start, at + 1));
    }
  }
  return { inner, end: text.length };
}

function actionsOf(domain: string): Map<string, Action> {
  const actions = new Map<string, Action>();
  for (const body of domain.split('(:action').slice(1)) {
    const [name = ''] = body.trim().split(/\s+/);
    const { inner } = groups(body);
    const [parameters = '', ...rest] = inner;
    if (rest.length !== 2) throw new BadPlan();
    const text = domain.split(`(:action ${name}`)[1] ?? '';
    actions.set(name, {
      parameters: parametersOf(parameters),
      before: conditionsAfter(text, ':precondition'),
      after: conditionsAfter(text, ':effect'),
    });
  }
  return actions;
}

/** Names without their question marks. */
function parametersOf(list: string): string[] {
  return [...new Set([...list.matchAll(/\?([^\s?)]+)/g)].map(([, name = '']) => name))];
}

/** The parts of a condition or an effect; negated ones first, so that an effect takes away before it adds. */
function conditionsAfter(text: string, mark: string): string[] {
  const condition = (text.split(mark)[1] ?? '').trim();
  const parts = condition.startsWith('(and')
    ? [...new Set(groups(condition.slice(1)).inner.map(withoutTypes))]
    : [`${(condition.split(')')[0] ?? '').trim()})`];
  return [...parts.filter((part) => part.startsWith('(not ')), ...parts.filter((part) => !part.startsWith('(not '))];
}

function withoutTypes(condition: string): string {
  const [first = '', ...typed] = condition.split(' - ');
  const rest = typed.map((part) => {
    const text = part.trim();
    const words = (text.split(')')[0] ?? '').trim().split(/\s+/);
    return words.length === 1 ? `)${text.slice(text.indexOf(')') + 1)}` : ` ${text.slice(text.indexOf(' ') + 1)}`;
  });
  return typed.length === 0 ? condition : [first, ...rest].join('').trim();
}
