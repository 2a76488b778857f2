using System.Linq.Expressions;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Portal.Leads;

/// <summary>Where the values of fields stand in a lead's row, as the databases read them.</summary>
internal static class ListColumns
{
    public static readonly IReadOnlyDictionary<string, Expression<Func<Lead, string?>>> Texts =
        new Dictionary<string, Expression<Func<Lead, string?>>>(StringComparer.Ordinal)
        {
            ["source"] = l => l.Source,
            ["campaign"] = l => l.Campaign,
            ["country"] = l => l.Country,
            ["city"] = l => l.City,
            ["companyName"] = l => l.CompanyName,
            ["companyDomain"] = l => l.CompanyDomain,
            ["industry"] = l => l.Industry,
            ["fullName"] = l => l.FullName,
            ["email"] = l => l.Email,
            ["phone"] = l => l.Phone,
            ["jobTitle"] = l => l.JobTitle,
            ["linkedInUrl"] = l => l.LinkedInUrl,
            ["message"] = l => l.Message,
            ["notes"] = l => l.Notes,
            ["language"] = l => l.Language,
            ["externalId"] = l => l.ExternalId,
        };

    public static readonly IReadOnlyDictionary<string, Expression<Func<Lead, double?>>> Numbers =
        new Dictionary<string, Expression<Func<Lead, double?>>>(StringComparer.Ordinal)
        {
            ["score"] = l => l.ScoreValue,
            ["fit"] = l => l.FitValue,
            ["intentStrength"] = l => l.IntentValue,
            ["employeeCount"] = l => l.EmployeeCount,
            ["annualRevenue"] = l => l.AnnualRevenue,
        };

    public static readonly IReadOnlyDictionary<string, Expression<Func<Lead, DateTime?>>> Times =
        new Dictionary<string, Expression<Func<Lead, DateTime?>>>(StringComparer.Ordinal)
        {
            ["createdAt"] = l => l.CreatedAt,
            ["updatedAt"] = l => l.UpdatedAt,
            ["outcomeAt"] = l => l.OutcomeAt,
        };

    /// <summary>Leads whose field passes a test.</summary>
    public static IQueryable<Lead> Where<T>(this IQueryable<Lead> leads, Expression<Func<Lead, T>> field, Expression<Func<T, bool>> test) =>
        leads.Where(Expression.Lambda<Func<Lead, bool>>(new Inline(test.Parameters[0], field.Body).Visit(test.Body), field.Parameters));

    private sealed class Inline(ParameterExpression from, Expression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
