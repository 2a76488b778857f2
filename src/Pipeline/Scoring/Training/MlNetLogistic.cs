using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>ML.NET's L-BFGS logistic regression: finds the weights in single precision, from where <see cref="NewtonSolver"/> finishes.</summary>
internal static class MlNetLogistic
{
    /// <param name="examples">All rows are learned from.</param>
    /// <param name="scale">Factor on the weight of each row, by its number.</param>
    /// <param name="penalty">λ, the same for all columns.</param>
    /// <param name="seed">ML.NET's seed.</param>
    public static LogisticWeights Fit(SparseExamples examples, Func<int, double> scale, double penalty, int seed)
    {
        var ml = new MLContext(seed);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, examples.Columns);
        var data = ml.Data.LoadFromEnumerable(Rows(examples, scale), schema);
        var trainer = ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
        {
            LabelColumnName = nameof(Row.Won),
            FeatureColumnName = nameof(Row.Features),
            ExampleWeightColumnName = nameof(Row.Weight),
            L1Regularization = 0,
            L2Regularization = (float)penalty,
            OptimizationTolerance = 1e-6f,

            // More threads sum in another order every time.
            NumberOfThreads = 1,
        });
        var model = trainer.Fit(ml.Data.Cache(data)).Model.SubModel;
        return new LogisticWeights([.. model.Weights.Select(weight => (double)weight)], model.Bias);
    }

    private static IEnumerable<Row> Rows(SparseExamples examples, Func<int, double> scale)
    {
        for (var row = 0; row < examples.Rows; row++)
        {
            var values = examples.ValuesOf(row).ToArray();
            yield return new Row
            {
                Won = examples.WonOf(row),
                Weight = (float)(examples.WeightOf(row) * scale(row)),
                Features = new VBuffer<float>(examples.Columns, values.Length, Array.ConvertAll(values, x => (float)x), examples.ColumnsOf(row).ToArray()),
            };
        }
    }

    private sealed class Row
    {
        public bool Won { get; set; }
        public float Weight { get; set; }
        public VBuffer<float> Features { get; set; }
    }
}
