using System.Globalization;
using System.Text;
using LeadGen.Pipeline.Intent;

namespace LeadGen.Pipeline.Tests.Intent;

/// <summary>Results as lines, for the output of a test.</summary>
internal static class IntentReport
{
    public static string Text(IntentResults results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{results.Examples} messages, accuracy {results.Accuracy:F3}, ");
        text.AppendLine(CultureInfo.InvariantCulture, $"macro-F1 {results.MacroF1:F3}, log loss {results.LogLoss:F3}");
        foreach (var kind in results.Kinds)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{kind.Kind,-18} {kind.Examples,4}  P {kind.Precision:F2}  R {kind.Recall:F2}  F1 {kind.F1:F2}");
        }

        return text.ToString();
    }
}
