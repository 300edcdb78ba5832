import './language.ts';
import { render } from 'preact';
import { AlarmsView } from './alarms-view.tsx';
import { CurvesView } from './curves-view.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { listenToKeys } from './keyboard.ts';
import { followPointer } from './pointer.ts';
import { RolloutsView } from './rollouts-view.tsx';
import { Sidebar } from './sidebar.tsx';
import { loaded, problem, runs, startState, view } from './state.ts';
import { TopBar } from './top-bar.tsx';

function App() {
  return (
    <div class="app">
      <TopBar />
      <Sidebar />
      <main id="main">
        {problem.value !== '' && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        {loaded.value && runs.value.length === 0 ? <NoRuns /> : <CurrentView />}
      </main>
      <HelpDialog />
    </div>
  );
}

function CurrentView() {
  if (view.value === 'rollouts') return <RolloutsView />;
  if (view.value === 'alarms') return <AlarmsView />;
  return <CurvesView />;
}

function NoRuns() {
  return (
    <section class="empty">
      <h1>No runs yet</h1>
      <p>
        A run appears here as soon as it has written its first record. Start one with <code>orsta train RECIPE</code>, or name its folder.
      </p>
    </section>
  );
}

const place = document.getElementById('app');
if (place !== null) render(<App />, place);
startState();
listenToKeys();
followPointer();
