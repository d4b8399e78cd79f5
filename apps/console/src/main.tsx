import './app/no-eval.js';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.js';
import './app/console.css';
import { startWords } from './words/i18n.js';

await startWords();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
