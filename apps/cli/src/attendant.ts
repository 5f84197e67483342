// The entry of the bundle dist/attendant.cjs, which a worker thread runs.
import './attendant/main.ts';
