"use strict";
// In: a specification as config/models.yaml has it, rows, a penalty. Out: the minimum of the study's objective,
// growth rates, bootstrap replicates. The same methods as lmprogress.laws (model, solver, rates); runs in a page, in a
// worker of it, and in Node.
//
// row: { y (log perplexity, nats), year, n (parameters), d (tokens, each once), epochs, vocabulary (null where unknown),
//        assumed (entries assumed), benchmark, transformer (0 or 1), paper }

const Laws = (() => {
  const EPSILON = 2 ** -52;
  const LARGEST_EXPONENT = 300;
  const MOST_DAMPING = 1e12;
  const LEAST_PIVOT = 1e-13;
  const MODEL_STEPS = 5;
  const SAME_BASIN = 1e-9;
  const SHARED = "all";
  const QUANTITIES = { log_parameters: "parameters", log_dataset_size: "data", log_compute: "effective_compute" };

  // ---- the law ------------------------------------------------------------------------------------------------------

  // those of the benchmarks in `rows`; the first of them is the reference where the usual one is not there
  function presentOffsets(offsets, rows) {
    const there = new Set(rows.map((row) => row.benchmark));
    const present = offsets.filter(([name]) => there.has(name)).map((pair) => [...pair]);
    if (present.length && !present.some(([, suffix]) => suffix === null)) present[0][1] = null;
    return present;
  }

  function bySuffix(offsets) {
    return offsets.filter(([, suffix]) => suffix !== null).sort((a, b) => (a[1] < b[1] ? -1 : 1));
  }

  function factorCoefficients(factor, offsets) {
    const names = [factor.coefficient];
    if (factor.by === "benchmark") names.push(...bySuffix(offsets).map(([, suffix]) => `${factor.coefficient}_${suffix}`));
    if (factor.by === "architecture") names.push(`${factor.coefficient}_transformer`);
    return [...names, ...factor.plus.map((drift) => drift.coefficient)];
  }

  function coefficientNames(law, offsets) {
    const groups = new Map();
    for (const factor of [...Object.values(law.terms).flat(), ...law.scale, ...law.linear]) {
      const names = factorCoefficients(factor, offsets);
      if (!groups.has(factor.coefficient)) groups.set(factor.coefficient, names.slice(0, names.length - factor.plus.length));
      for (const { coefficient } of factor.plus) if (!groups.has(coefficient)) groups.set(coefficient, [coefficient]);
    }
    const order = [...law.order, ...[...groups.keys()].filter((name) => !law.order.includes(name))];
    return [...new Set(order.flatMap((name) => groups.get(name)))];
  }

  function usable(rows, variant) {
    return rows.filter((row) => !(variant.unknown_epochs === "drop" && row.epochs === null) && !(variant.unknown_vocabulary === "drop" && row.vocabulary === null));
  }

  function countedTokens(row, variant) {
    if (variant.repeats === "none") return row.d;
    const epochs = row.epochs ?? 1;
    if (variant.repeats === "all") return row.d * epochs;
    const worth = variant.repeats_worth;
    return row.d * (1 + worth * (1 - Math.exp(-(variant.first_pass_repeats ? epochs : epochs - 1) / worth)));
  }

  const compute = (row, tokens) => 6 * row.n * tokens;
  const least = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);

  // The law on the rows that it can use: matrices of its terms and of its linear part, row by row, and what they are
  // made from. log perplexity = Σ_k exp(X_k·θ) + X_0·θ; a logistic γ enters through ln σ(γ).
  function problemOf(law, variant, allOffsets, allRows, references = null, offsets = presentOffsets(allOffsets, allRows)) {
    const rows = usable(allRows, variant);
    const tokens = rows.map((row) => countedTokens(row, variant));
    const origin = references ?? {
      year: least(rows.map((row) => row.year)),
      n: least(rows.map((row) => row.n)),
      d: least(variant.reference === "dataset_size" ? rows.map((row) => row.d) : tokens),
      compute: least(rows.map((row, i) => compute(row, tokens[i]))),
    };
    const names = coefficientNames(law, offsets);
    const p = names.length;
    const place = new Map(names.map((name, j) => [name, j]));
    const value = {
      intercept: () => 1,
      time: (row) => row.year - origin.year,
      log_parameters: (row) => Math.log(row.n) - Math.log(origin.n),
      log_dataset_size: (_, d) => Math.log(d) - Math.log(origin.d),
      log_compute: (row, d) => Math.log(compute(row, d)) - Math.log(origin.compute),
      log_vocabulary: (row) => Math.log(row.assumed),
      transformer: (row) => row.transformer,
    };
    const drift = ({ year }, row) => (year === null ? Math.log(row.year) : row.year >= year ? 1 : 0);
    const terms = Object.values(law.terms);
    const blocks = [...terms.map((factors) => [...factors, ...law.scale]), law.linear];
    const suffixes = bySuffix(offsets);
    const dense = rows.map((row, i) => blocks.map((factors) => {
      const line = new Float64Array(p);
      for (const factor of factors) {
        const signed = factor.sign * value[factor.column](row, tokens[i]);
        let multipliers = [1];
        if (factor.by === "benchmark") multipliers = [1, ...suffixes.map(([name]) => Number(row.benchmark === name))];
        if (factor.by === "architecture") multipliers = [1 - row.transformer, row.transformer];
        multipliers.push(...factor.plus.map((each) => drift(each, row)));
        factorCoefficients(factor, offsets).forEach((name, m) => { line[place.get(name)] += signed * multipliers[m]; });
      }
      return line;
    }));
    const problem = {
      law, variant, offsets, rows, names, p, references: origin, dense, n: rows.length, K: terms.length,
      y: Float64Array.from(rows, (row) => row.y), linked: law.scale.filter((f) => f.link === "logistic").map((f) => place.get(f.coefficient)),
    };
    problem.meanSquare = problem.y.reduce((sum, y) => sum + y * y, 0) / problem.n;
    problem.identified = new Float64Array(p);
    const scale = new Float64Array(p);
    // the parts of a row that are not zero: first[i][k] to first[i][k + 1] in column and factor
    const first = new Int32Array(problem.n * (problem.K + 1) + 1);
    const column = [], factor = [];
    dense.forEach((lines, i) => lines.forEach((line, k) => {
      line.forEach((x, j) => {
        if (x === 0) return;
        problem.identified[j] = 1;
        scale[j] += x * x / problem.n;
        column.push(j);
        factor.push(x);
      });
      first[i * (problem.K + 1) + k + 1] = column.length;
    }));
    return Object.assign(problem, { first, column: Int32Array.from(column), factor: Float64Array.from(factor), scale: scale.map((s) => (s > 0 ? s : 1) * problem.meanSquare), spread: scale });
  }

  function predicted(problem, theta) {
    const linked = resolved(problem, theta);
    return problem.dense.map((lines) => lines.reduce((sum, line, k) => {
      let along = 0;
      for (let j = 0; j < problem.p; j++) along += line[j] * linked[j];
      return sum + (k < problem.K ? Math.exp(Math.min(along, LARGEST_EXPONENT)) : along);
    }, 0));
  }

  function resolved(problem, theta) {
    const found = Float64Array.from(theta);
    for (const j of problem.linked) found[j] = theta[j] > 0 ? -Math.log1p(Math.exp(-theta[j])) : theta[j] - Math.log1p(Math.exp(theta[j]));
    return found;
  }

  // ---- objective, gradient, Hessian ---------------------------------------------------------------------------------

  function room(problem) {
    const { p, K } = problem;
    const point = () => ({ theta: new Float64Array(p), gradient: new Float64Array(p), hessian: new Float64Array(p * p), value: 0, noise: 0 });
    const list = () => new Float64Array(p);
    return { now: point(), trial: point(), power: new Float64Array(K), lift: list(), right: list(), move: list(), slope: list(), packed: list(), free: new Uint8Array(p), allowed: new Uint8Array(p), chosen: new Int32Array(p), factor: new Float64Array(p * p) };
  }

  function evaluate(problem, shares, penalty, at, power) {
    const { n, p, K, first, column, factor, y, linked } = problem;
    const { gradient, hessian } = at;
    const theta = linked.length ? resolved(problem, at.theta) : at.theta;
    let squares = 0;
    gradient.fill(0);
    hessian.fill(0);
    for (let i = 0; i < n; i++) {
      const share = shares[i];
      if (share === 0) continue;
      const base = i * (K + 1);
      let residual = y[i];
      for (let k = 0; k < K; k++) {
        let along = 0;
        for (let a = first[base + k]; a < first[base + k + 1]; a++) along += factor[a] * theta[column[a]];
        power[k] = Math.exp(Math.max(-LARGEST_EXPONENT, Math.min(along, LARGEST_EXPONENT)));
        residual -= power[k];
      }
      for (let a = first[base + K]; a < first[base + K + 1]; a++) residual -= factor[a] * theta[column[a]];
      squares += share * residual * residual;
      // the linear part counts as one more term, whose derivative by its exponent is one and has no curvature
      for (let k = 0; k <= K; k++) {
        const from = first[base + k], to = first[base + k + 1];
        if (from === to) continue;
        const isLinear = k === K;
        const slope = share * residual * (isLinear ? 1 : power[k]);
        for (let a = from; a < to; a++) gradient[column[a]] -= factor[a] * slope;
        for (let other = k; other <= K; other++) {
          const start = first[base + other], end = first[base + other + 1];
          if (start === end) continue;
          let curvature = isLinear ? share : share * power[k];
          if (other < K) curvature *= power[other];
          if (other === k && !isLinear) curvature -= slope;
          for (let a = from; a < to; a++) {
            const here = column[a], x = factor[a] * curvature;
            for (let c = other === k ? a : start; c < end; c++) {
              const there = column[c];
              const twice = other !== k && here === there ? 2 : 1;
              hessian[here < there ? here * p + there : there * p + here] += twice * x * factor[c];
            }
          }
        }
      }
    }
    for (let j = 0; j < p; j++) {
      gradient[j] *= 2;
      for (let q = j; q < p; q++) hessian[q * p + j] = hessian[j * p + q] *= 2;
    }
    for (const j of linked) {
      // ln σ is linked to γ by 1 − σ(γ), and bends by −σ(γ)(1 − σ(γ))
      const slope = -Math.expm1(theta[j]);
      for (let q = 0; q < p; q++) { hessian[j * p + q] *= slope; hessian[q * p + j] *= slope; }
      hessian[j * p + j] -= gradient[j] * slope * (1 - slope);
      gradient[j] *= slope;
    }
    let size = 0;
    for (let j = 0; j < p; j++) size += Math.abs(at.theta[j]);
    at.value = squares + penalty * size;
    at.noise = 4 * EPSILON * (at.value + Math.sqrt(squares * problem.meanSquare));
  }

  // ---- one search: damped Newton steps with the exact Hessian; the penalty itself, not a smoothed one -----------------

  function pseudo(theta, gradient, penalty) {
    if (theta > 0) return gradient + penalty;
    if (theta < 0) return gradient - penalty;
    return Math.max(gradient - penalty, 0) + Math.min(gradient + penalty, 0);
  }

  function largestSlope(at, penalty) {
    let largest = 0;
    for (let j = 0; j < at.theta.length; j++) {
      const size = Math.abs(pseudo(at.theta[j], at.gradient[j], penalty));
      if (Number.isNaN(size)) return size;
      if (size > largest) largest = size;
    }
    return largest;
  }

  // move = (matrix + lift)⁻¹ · right over the free unknowns; whether that matrix is positive
  function solvePositive(matrix, { lift, right, free, factor, packed, chosen, move }) {
    const p = right.length;
    let m = 0, smallest = 0;
    for (let j = 0; j < p; j++) {
      move[j] = 0;
      if (free[j]) { chosen[m++] = j; smallest = Math.max(smallest, matrix[j * p + j] + lift[j]); }
    }
    smallest *= LEAST_PIVOT;
    for (let i = 0; i < m; i++) {
      const here = chosen[i];
      for (let j = 0; j < i; j++) factor[i * p + j] = matrix[here * p + chosen[j]];
      factor[i * p + i] = matrix[here * p + here] + lift[here];
      packed[i] = right[here];
    }
    for (let j = 0; j < m; j++) {
      if (!(factor[j * p + j] > smallest)) return false;
      const root = Math.sqrt(factor[j * p + j]);
      factor[j * p + j] = root;
      packed[j] /= root;
      for (let i = j + 1; i < m; i++) { factor[i * p + j] /= root; packed[i] -= factor[i * p + j] * packed[j]; }
      for (let i = j + 1; i < m; i++) {
        const along = factor[i * p + j];
        for (let k = j + 1; k <= i; k++) factor[i * p + k] -= along * factor[k * p + j];
      }
    }
    for (let j = m - 1; j >= 0; j--) {
      packed[j] /= factor[j * p + j];
      for (let k = 0; k < j; k++) packed[k] -= factor[j * p + k] * packed[j];
      move[chosen[j]] = packed[j];
    }
    return true;
  }

  function steepest(matrix, { right, free, move }) {
    const p = right.length;
    let largest = 0;
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) if (free[i] && free[j]) largest = Math.max(largest, Math.abs(matrix[i * p + j]));
    for (let j = 0; j < p; j++) move[j] = free[j] && largest > 0 ? right[j] / (p * largest) : 0;
  }

  const side = (value, slope) => (value !== 0 ? Math.sign(value) : -Math.sign(slope));

  // trial.theta becomes where the damped quadratic model leads; returns the damping that it took. An active-set method:
  // to the minimum over the free coefficients, but no further than to the first that changes its sign; there again.
  function dampedStep(now, trial, penalty, damping, scale, held) {
    const { theta, gradient, hessian } = now;
    const { lift, right, free, slope, move, allowed } = held;
    const p = theta.length, point = trial.theta;
    for (let j = 0; j < p; j++) {
      slope[j] = pseudo(theta[j], gradient[j], penalty);
      free[j] = Number(theta[j] !== 0 || slope[j] !== 0 || penalty === 0);
      right[j] = -slope[j];
      lift[j] = damping * scale[j];
    }
    let positive = solvePositive(hessian, held);
    while (!positive && damping <= MOST_DAMPING) {
      damping = Math.max(damping * 10, 1e-4);
      for (let j = 0; j < p; j++) lift[j] = damping * scale[j];
      positive = solvePositive(hessian, held);
    }
    if (!positive) { steepest(hessian, held); damping = MOST_DAMPING; }
    if (penalty === 0) {
      for (let j = 0; j < p; j++) point[j] = theta[j] + move[j];
      return damping;
    }
    for (let j = 0; j < p; j++) { point[j] = theta[j]; allowed[j] = free[j]; }
    for (let step = 0; step < MODEL_STEPS; step++) {
      let length = 1;
      const crosses = (j) => { const sign = side(point[j], slope[j]); return move[j] * sign < 0 && (point[j] + move[j]) * sign < 0; };
      for (let j = 0; j < p; j++) {
        if (!crosses(j)) continue;
        // a coefficient at zero that the model would take to the other side of zero stays there
        if (point[j] === 0) { allowed[j] = 0; length = 0; } else length = Math.min(length, -point[j] / move[j]);
      }
      for (let j = 0; j < p; j++) {
        if (crosses(j) && point[j] !== 0 && -point[j] / move[j] <= length) point[j] = 0;
        else point[j] += length * move[j];
      }
      if (length >= 1) break;
      for (let j = 0; j < p; j++) {
        let total = gradient[j] + lift[j] * (point[j] - theta[j]);
        for (let q = 0; q < p; q++) total += hessian[j * p + q] * (point[q] - theta[q]);
        slope[j] = pseudo(point[j], total, penalty);
        right[j] = -slope[j];
        free[j] = Number(allowed[j] && (point[j] !== 0 || slope[j] !== 0));
      }
      solvePositive(hessian, held);
    }
    return damping;
  }

  function expectedFall({ theta, gradient, hessian }, trial, penalty) {
    const p = theta.length;
    let fall = 0;
    for (let j = 0; j < p; j++) {
      let along = gradient[j];
      for (let q = 0; q < p; q++) along += 0.5 * hessian[j * p + q] * (trial[q] - theta[q]);
      fall -= (trial[j] - theta[j]) * along + penalty * (Math.abs(trial[j]) - Math.abs(theta[j]));
    }
    return fall;
  }

  function isConvex(now, penalty, scale, held) {
    for (let j = 0; j < scale.length; j++) {
      held.free[j] = Number(now.theta[j] !== 0 || pseudo(now.theta[j], now.gradient[j], penalty) !== 0 || penalty === 0);
      held.lift[j] = 1e-9 * scale[j];
      held.right[j] = 0;
    }
    return solvePositive(now.hessian, held);
  }

  // shares: weights of the rows that sum to one. tolerance: of the largest violation of the conditions of a minimum.
  function search(problem, start, penalty, shares, held, tolerance = 1e-9, maxIterations = 500) {
    let { now, trial } = held;
    now.theta.set(start);
    evaluate(problem, shares, penalty, now, held.power);
    let slope = largestSlope(now, penalty), damping = 1e-3, steps = 0;
    while (!(slope <= tolerance || damping > MOST_DAMPING || steps === maxIterations)) {
      damping = dampedStep(now, trial, penalty, damping, problem.scale, held);
      const expected = expectedFall(now, trial.theta, penalty);
      evaluate(problem, shares, penalty, trial, held.power);
      steps += 1;
      const after = largestSlope(trial, penalty), fall = now.value - trial.value;
      // where the fall drowns in rounding, the conditions of a minimum decide
      const drowned = Math.abs(fall) <= now.noise;
      const accepted = fall > now.noise || (drowned && after < slope);
      const ratio = drowned ? 1 : expected > 0 ? fall / expected : 0;
      if (!(accepted && ratio >= 0.25)) damping *= 5;
      else if (ratio > 0.75) damping *= Math.abs(ratio - 1) < 0.05 ? 0.1 : 0.4;
      damping = Math.max(damping, 1e-14);
      if (accepted) { [now, trial] = [trial, now]; slope = after; }
    }
    held.now = now;
    held.trial = trial;
    return { theta: Float64Array.from(now.theta), value: now.value, slope, converged: slope <= tolerance && isConvex(now, penalty, problem.scale, held) };
  }

  // ---- many searches ------------------------------------------------------------------------------------------------

  // random numbers from a seed (mulberry32), so that a choice has one answer
  function generator(seed) {
    let state = seed >>> 0;
    const uniform = () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return { uniform, normal };
  }

  const equalShares = (n) => new Float64Array(n).fill(1 / n);

  // start number 0 is zero; then alternately a logarithmic fit of each term to a share of the response, and random
  // points (lmprogress.laws.solver.multistart)
  function startOf(problem, number) {
    const { p, K, n } = problem, start = new Float64Array(p);
    if (number === 0) return start;
    const random = generator(1000003 * number);
    for (let j = 0; j < p; j++) start[j] = 0.5 * random.normal() / (problem.spread[j] > 0 ? Math.sqrt(problem.spread[j]) : 1);
    if (number % 2) {
      const drawn = Array.from({ length: K }, () => -Math.log(1 - random.uniform()));
      const total = drawn.reduce((a, b) => a + b, 0);
      const matrix = new Float64Array(p * p), right = new Float64Array(p);
      for (let i = 0; i < n; i++) {
        const level = Math.log(Math.max(Math.abs(problem.y[i]), 1e-300));
        for (let k = 0; k < K; k++) {
          const line = problem.dense[i][k], target = Math.log(drawn[k] / total) + level;
          for (let j = 0; j < p; j++) {
            if (line[j] === 0) continue;
            right[j] += line[j] * target;
            for (let q = 0; q < p; q++) matrix[j * p + q] += line[j] * line[q];
          }
        }
      }
      const held = room(problem);
      held.free.fill(1);
      held.right.set(right);
      for (let j = 0; j < p; j++) held.lift[j] = 1e-9 * (matrix[j * p + j] || 1);
      if (solvePositive(matrix, held)) for (let j = 0; j < p; j++) start[j] += held.move[j];
    }
    return start.map((value, j) => value * problem.identified[j]);
  }

  const better = (a, b) => (a.converged === b.converged ? a.value < b.value : a.converged);

  // the ends of searches from starts `from` to `to`, and from the points `known`, distinct ones best first
  function searches(problem, penalty, from, to, known = []) {
    const shares = equalShares(problem.n), held = room(problem), ends = [];
    for (const start of known) ends.push(search(problem, start, penalty, shares, held));
    for (let number = from; number < to; number++) ends.push(search(problem, startOf(problem, number), penalty, shares, held));
    return basins(ends);
  }

  // distinct stationary points, best first, each with how many searches ended there
  function basins(ends) {
    const found = [];
    for (const end of [...ends].sort((a, b) => (better(a, b) ? -1 : 1))) {
      const last = found.at(-1);
      if (last && end.converged && last.converged && end.value <= last.value + SAME_BASIN) last.times += end.times ?? 1;
      else if (!last || end.converged) found.push({ times: 1, ...end });
    }
    return found;
  }

  // until its digits do not depend on the start
  function polished(problem, penalty, end) {
    const again = search(problem, end.theta, penalty, equalShares(problem.n), room(problem), 1e-14, 60);
    return again.slope <= end.slope ? { ...end, theta: again.theta, value: again.value, slope: again.slope } : end;
  }

  function minimum(problem, penalty, nStarts, known = []) {
    return polished(problem, penalty, searches(problem, penalty, 0, nStarts, known)[0]);
  }

  // Replicates `from` to `to` of a bootstrap by paper: each draws as many papers as there are, and starts from the
  // best on its rows of the points `known`, then from that of the one before. Gives coefficients.
  function replicates(problem, penalty, known, from, to) {
    const papers = [...new Set(problem.rows.map((row) => row.paper))];
    const paperOf = problem.rows.map((row) => papers.indexOf(row.paper));
    const held = room(problem), found = [];
    for (let number = from; number < to; number++) {
      const random = generator(7919 * (number + 1)), counts = new Float64Array(papers.length);
      papers.forEach(() => { counts[Math.floor(random.uniform() * papers.length)] += 1; });
      const weights = Float64Array.from(paperOf, (at) => counts[at]);
      const total = weights.reduce((a, b) => a + b, 0);
      const shares = weights.map((weight) => weight / total);
      const value = (theta) => { held.trial.theta.set(theta); evaluate(problem, shares, penalty, held.trial, held.power); return held.trial.value; };
      const starts = [...known].map((theta) => [value(theta), theta]).sort((a, b) => a[0] - b[0]).slice(0, 2);
      let best = null;
      for (const [, theta] of starts) {
        const end = search(problem, theta, penalty, shares, held, 1e-8, 200);
        if (!best || better(end, best)) best = end;
      }
      found.push(best.theta);
    }
    return found;
  }

  // ---- rates of progress (lmprogress.laws.rates.progress) ------------------------------------------------------------

  function hasRates(law) {
    const factors = [...Object.values(law.terms).flat(), ...law.scale];
    return factors.some((f) => f.column === "time") && !factors.some((f) => f.plus.some((drift) => drift.column === "log_calendar_year"));
  }

  function fall(factors, benchmark, group, offsets, place, theta) {
    const suffix = offsets.find(([name]) => name === benchmark)?.[1];
    return factors.reduce((total, factor) => {
      let wanted = [factor.coefficient];
      if (factor.by === "benchmark" && suffix) wanted.push(`${factor.coefficient}_${suffix}`);
      if (factor.by === "architecture" && group === "transformers") wanted = [`${factor.coefficient}_transformer`];
      if (group === "from") wanted.push(...factor.plus.map((drift) => drift.coefficient));
      return total - factor.sign * wanted.reduce((sum, name) => sum + theta[place(name)], 0);
    }, 0);
  }

  // doublings a year of each quantity, on each benchmark and in each group where they differ: [{quantity, benchmark,
  // group, rate}], effective compute first
  function growthRates({ law, offsets, names }, theta) {
    const place = (name) => names.indexOf(name);
    const common = law.scale.filter((f) => f.column === "time");
    const rates = [];
    for (const factors of Object.values(law.terms)) {
      const sizes = factors.filter((f) => f.column in QUANTITIES);
      if (!sizes.length) continue;
      const times = [...factors.filter((f) => f.column === "time"), ...common], both = [...times, ...sizes];
      const benchmarks = both.some((f) => f.by === "benchmark") ? offsets.map(([name]) => name) : [SHARED];
      const groups = both.some((f) => f.by === "architecture") ? ["transformers", "others"] : both.some((f) => f.plus.length) ? ["before", "from"] : [SHARED];
      for (const benchmark of benchmarks) for (const group of groups) {
        const byTime = fall(times, benchmark, group, offsets, place, theta);
        const bySize = fall(sizes, benchmark, group, offsets, place, theta);
        rates.push({ quantity: QUANTITIES[sizes[0].column], benchmark, group, rate: byTime === 0 ? 0 : byTime / (bySize * Math.LN2) });
      }
    }
    if (rates.some(({ quantity }) => quantity === "effective_compute")) return rates;
    const benchmarks = rates.every(({ benchmark }) => benchmark === SHARED) ? [SHARED] : offsets.map(([name]) => name);
    const named = [...new Set(rates.map(({ group }) => group))].filter((group) => group !== SHARED);
    const totals = benchmarks.flatMap((benchmark) => (named.length ? named : [SHARED]).map((group) => {
      const total = rates.filter((r) => [benchmark, SHARED].includes(r.benchmark) && [group, SHARED].includes(r.group)).reduce((sum, r) => sum + r.rate, 0);
      // infinite progress in one input against infinite regress in another: none
      return { quantity: "effective_compute", benchmark, group, rate: Number.isNaN(total) ? 0 : total };
    }));
    return [...totals, ...rates];
  }

  // linear between the two nearest order statistics, as numpy has it
  function percentile(sorted, percent) {
    const at = (percent / 100) * (sorted.length - 1), below = Math.floor(at);
    const [low, high] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]];
    return low === high ? low : low + (high - low) * (at - below);
  }

  return { presentOffsets, problemOf, predicted, search, searches, basins, polished, minimum, replicates, growthRates, hasRates, percentile, usable, countedTokens, generator };
})();

if (typeof module !== "undefined") module.exports = Laws;
if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) {
  let problem = null, of = null;
  self.onmessage = ({ data: task }) => {
    if (of !== task.of) problem = Laws.problemOf(...task.problem);
    of = task.of;
    const found = task.replicates ? Laws.replicates(problem, task.penalty, task.known, task.from, task.to) : Laws.searches(problem, task.penalty, task.from, task.to, task.known);
    self.postMessage({ task: task.number, found });
  };
}
