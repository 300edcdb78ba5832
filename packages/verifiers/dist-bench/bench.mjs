import { readFileSync } from 'node:fs';
import { createScoringPool } from './pool.js';
const { cases } = JSON.parse(readFileSync('/work/shared/reference-data/mathverify/mathverify_cases.json'));
const mk = (n) => Array.from({length: n}, (_, i) => { const c = cases[i % cases.length]; return { id: 'r'+i, data_source: 'math', verifier: 'mathverify', verifier_parm: {}, response: 'Let us think step by step. <answer>\\boxed{'+c.pred+'}</answer>', ground_truth: c.gold, accuracy_ratio: 0.9, format_ratio: 0.1, progress: {step: 3, total_steps: 100}}; });
const workers = Number(process.argv[2] ?? 2);
const t0 = performance.now();
const pool = await createScoringPool({ workers });
console.log('start', (performance.now()-t0).toFixed(0), 'ms', cases.length, 'cases');
const reqs = mk(5000);
for (let r = 0; r < 8; r++) { const t = performance.now(); const res = await pool.score(reqs); const d = performance.now()-t;
  const el = res.reduce((a,x)=>a+(x.elapsed_ms??0),0);
  console.log('batch5000', (5000/d*1000).toFixed(0), '/s', 'sum elapsed', el.toFixed(0), 'failed', res.filter(x=>x.status==='failed').length, 'wrongid', res.filter((x,i)=>x.id!=='r'+i).length); }
for (let r = 0; r < 3; r++) { const t = performance.now(); let k=0; const one = async () => { while (k<20000) await pool.score([reqs[k++%5000]]); }; await Promise.all(Array.from({length: 64}, one)); const d = performance.now()-t; console.log('single x64', (20000/d*1000).toFixed(0), '/s'); }
{ const cheap = reqs.map(r=>({...r, verifier:'counting', ground_truth: 3, response:'<answer>3</answer>'})); for (let r=0;r<3;r++){ const t = performance.now(); let k=0; const one = async () => { while (k<20000) await pool.score([cheap[k++%5000]]); }; await Promise.all(Array.from({length: 64}, one)); const d = performance.now()-t; console.log('inline single x64', (20000/d*1000).toFixed(0), '/s'); const t2=performance.now(); const x = await pool.score(cheap); console.log('counting batch via workers', (5000/(performance.now()-t2)*1000).toFixed(0), x[0].status, x[0].error ?? '');} }
console.log(pool.stats());
await pool.close();
