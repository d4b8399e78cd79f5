import { z } from 'zod';

// Zod writes code of its own where it may; the content security policy forbids that, and would report each attempt.
z.config({ jitless: true });
