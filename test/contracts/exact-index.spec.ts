import { ExactIndex } from '#libs/similarity';
import { DIMENSION, MODEL, similarityIndexContract } from './similarity-index.contract.js';

similarityIndexContract('ExactIndex', async () => new ExactIndex(MODEL, DIMENSION));
