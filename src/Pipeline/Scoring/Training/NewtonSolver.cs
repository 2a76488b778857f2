using System.Numerics.Tensors;

namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>Weights and intercept of a logistic regression.</summary>
internal sealed record LogisticWeights(double[] Weights, double Intercept);

/// <summary>
/// Finishes a logistic regression in double precision: Newton's method on Σ weight · log-loss + ½ Σ penalty · w², which
/// has one minimum, so the result does not depend on where it starts.
/// </summary>
internal static class NewtonSolver
{
    private const int MostSteps = 60;

    /// <param name="examples">All rows.</param>
    /// <param name="rows">Those to learn from.</param>
    /// <param name="scale">Factor on the weight of each row, by its number.</param>
    /// <param name="penalties">λ of each column, 0 or more; the intercept has none.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="precision">Steepest slope left, per unit of row weight.</param>
    /// <param name="cancel">Checked at every step.</param>
    public static LogisticWeights Solve(
        SparseExamples examples,
        IReadOnlyList<int> rows,
        Func<int, double> scale,
        double[] penalties,
        LogisticWeights start,
        double precision,
        CancellationToken cancel)
    {
        var size = examples.Columns + 1;
        var problem = new Problem(examples, [.. rows], [.. rows.Select(row => examples.WeightOf(row) * scale(row))], penalties);
        var at = new double[size];
        start.Weights.CopyTo(at, 0);
        at[^1] = start.Intercept;
        var gradient = new double[size];
        var hessian = new double[size][];
        for (var i = 0; i < size; i++)
            hessian[i] = new double[i + 1];
        var loss = problem.Loss(at);
        for (var step = 0; step < MostSteps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            problem.Derive(at, gradient, hessian);
            if (TensorPrimitives.MaxMagnitude(gradient) is var steepest && Math.Abs(steepest) <= precision * problem.TotalWeight)
                break;
            var move = Solve(hessian, gradient);
            var slope = TensorPrimitives.Dot<double>(gradient, move);
            var next = new double[size];
            var length = 1.0;
            double nextLoss;
            do
            {
                for (var i = 0; i < size; i++)
                    next[i] = at[i] - (length * move[i]);
                nextLoss = problem.Loss(next);
                length /= 2;
            }
            while (nextLoss > loss - (1e-4 * 2 * length * slope) && length > 1e-8);
            if (nextLoss >= loss)
                break;
            (at, loss) = (next, nextLoss);
        }

        return new LogisticWeights(at[..^1], at[^1]);
    }

    /// <summary>Solves H x = g by Cholesky; H is its lower triangle and is overwritten.</summary>
    private static double[] Solve(double[][] h, double[] g)
    {
        var size = g.Length;
        for (var i = 0; i < size; i++)
        {
            var row = h[i];
            for (var j = 0; j <= i; j++)
            {
                var sum = row[j] - TensorPrimitives.Dot(row.AsSpan(0, j), h[j].AsSpan(0, j));

                // A column that no row has would divide by zero.
                row[j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-10)) : sum / h[j][j];
            }
        }

        var x = new double[size];
        for (var i = 0; i < size; i++)
            x[i] = (g[i] - TensorPrimitives.Dot(h[i].AsSpan(0, i), x.AsSpan(0, i))) / h[i][i];
        for (var i = size - 1; i >= 0; i--)
        {
            x[i] /= h[i][i];
            for (var j = 0; j < i; j++)
                x[j] -= h[i][j] * x[i];
        }

        return x;
    }

    private sealed class Problem(SparseExamples examples, int[] rows, double[] weights, double[] penalties)
    {
        public double TotalWeight { get; } = weights.Sum();

        public double Loss(double[] at)
        {
            double loss = 0;
            for (var k = 0; k < rows.Length; k++)
            {
                var logOdds = examples.LogOdds(rows[k], at, at[^1]);
                loss += weights[k] * LogOdds.Loss(examples.WonOf(rows[k]) ? logOdds : -logOdds);
            }

            for (var c = 0; c < penalties.Length; c++)
                loss += 0.5 * penalties[c] * at[c] * at[c];
            return loss;
        }

        public void Derive(double[] at, double[] gradient, double[][] hessian)
        {
            Array.Clear(gradient);
            foreach (var row in hessian)
                Array.Clear(row);
            var last = penalties.Length;
            for (var k = 0; k < rows.Length; k++)
            {
                var chance = LogOdds.Sigmoid(examples.LogOdds(rows[k], at, at[^1]));
                var slope = weights[k] * (chance - (examples.WonOf(rows[k]) ? 1 : 0));
                var bend = weights[k] * chance * (1 - chance);
                var columns = examples.ColumnsOf(rows[k]);
                var values = examples.ValuesOf(rows[k]);
                var bottom = hessian[last];
                for (var a = 0; a < columns.Length; a++)
                {
                    var x = values[a];
                    gradient[columns[a]] += slope * x;
                    bottom[columns[a]] += bend * x;
                    var target = hessian[columns[a]];

                    // Columns of a row ascend, so b stays in the lower triangle.
                    for (var b = 0; b <= a; b++)
                        target[columns[b]] += bend * x * values[b];
                }

                gradient[last] += slope;
                bottom[last] += bend;
            }

            for (var c = 0; c < last; c++)
            {
                gradient[c] += penalties[c] * at[c];
                hessian[c][c] += penalties[c];
            }
        }
    }
}
