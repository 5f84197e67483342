#!/usr/bin/env -S node --stack-size=3900
import { load } from './load.js';

load('py');
