import { createScoringPool } from './pool.js';
const P='/work/main/packages/verifiers/test/fixtures/plugins/';
const pool = await createScoringPool({ workers: 2, plugins: [P+'hostile.mjs'], deadlineMs: +(process.argv[3]??300), memoryMb: 256, maxChunk: 16 });
const req=(id,verifier,gt='x')=>({id,data_source:'s',verifier,response:'r',ground_truth:gt});
for (const bad of (process.argv[2]??'loop,exit,uncaught,throws,hog,huge').split(',')) {
  const reqs = Array.from({length:20},(_,i)=>req('a'+i, i===7||i===12?bad:'good'));
  const t=performance.now(); const r = await pool.score(reqs); console.log(bad, (performance.now()-t).toFixed(0),'ms', r.map(x=>x.status==='scored'?'.':'F').join(''), r[7].error, JSON.stringify(pool.stats()));
}
console.log((await pool.score([null, {id:3}, req('f','good', ()=>1), req('ok','slow',5)])).map(r=>JSON.stringify(r)));
await pool.close();
for (const p of ['broken','exits','hangs','nosuch']) { const t=performance.now(); await createScoringPool({plugins:[P+p+'.mjs'], startMs: 1500}).then(()=>console.log('??'),e=>console.log(p, (performance.now()-t).toFixed(0), e.name, e.code,e.message)); }
