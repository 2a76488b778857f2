using System.Text;

namespace LeadGen.Infrastructure.Crm.Wire;

/// <summary>Compares a field's name as we say it with what the vendor made of it: only letters and digits count, without a custom field's mark.</summary>
internal static class CrmNames
{
    public static string Normal(string name)
    {
        var end = name.EndsWith("__c", StringComparison.OrdinalIgnoreCase) ? name.Length - 3 : name.Length;
        var normal = new StringBuilder(end);
        foreach (var letter in name.AsSpan(0, end))
        {
            if (char.IsLetterOrDigit(letter))
            {
                normal.Append(char.ToLowerInvariant(letter));
            }
        }

        return normal.ToString();
    }
}
