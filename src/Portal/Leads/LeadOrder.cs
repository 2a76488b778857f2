using System.Linq.Expressions;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Portal.Leads;

/// <summary>
/// One order of the list as two stretches: leads that have the value, by value and id, then leads that lack it, by id. Each is a plain
/// range of an index, on both databases, whatever they think about the place of nulls.
/// </summary>
internal static class LeadOrder
{
    internal enum Key
    {
        Score,
        Created,
        Name,
        Company,
    }

    public static Key KeyOf(LeadSort sort) => sort switch
    {
        LeadSort.ScoreDown or LeadSort.ScoreUp => Key.Score,
        LeadSort.CreatedDown or LeadSort.CreatedUp => Key.Created,
        LeadSort.NameUp or LeadSort.NameDown => Key.Name,
        _ => Key.Company,
    };

    public static bool IsDown(LeadSort sort) => sort is LeadSort.ScoreDown or LeadSort.CreatedDown or LeadSort.NameDown or LeadSort.CompanyDown;

    /// <summary>The stretch with values, in order, from behind the cursor on (null = from its start).</summary>
    public static IQueryable<Lead> Valued(IQueryable<Lead> leads, Key key, bool down, LeadCursor? behind) => key switch
    {
        Key.Score => Stretch(leads.Where(l => l.ScoreValue != null), l => l.ScoreValue, behind?.Number, behind, down),
        Key.Created => Stretch(leads, l => l.CreatedAt, behind?.Time ?? default, behind, down),
        Key.Name => Stretch(leads.Where(l => l.FullName != null), l => l.FullName, behind?.Word, behind, down),
        _ => Stretch(leads.Where(l => l.CompanyName != null), l => l.CompanyName, behind?.Word, behind, down),
    };

    /// <summary>The stretch without values, in order; null when this key is never missing.</summary>
    public static IQueryable<Lead>? Missing(IQueryable<Lead> leads, Key key, bool down, Guid? behind)
    {
        var missing = key switch
        {
            Key.Score => leads.Where(l => l.ScoreValue == null),
            Key.Created => null,
            Key.Name => leads.Where(l => l.FullName == null),
            _ => leads.Where(l => l.CompanyName == null),
        };
        if (missing is not null && behind is { } id)
        {
            missing = down ? missing.Where(l => l.Id.CompareTo(id) < 0) : missing.Where(l => l.Id.CompareTo(id) > 0);
        }

        return down ? missing?.OrderByDescending(l => l.Id) : missing?.OrderBy(l => l.Id);
    }

    private static IQueryable<Lead> Stretch<T>(
        IQueryable<Lead> leads, Expression<Func<Lead, T>> key, T value, LeadCursor? behind, bool down)
    {
        if (behind is not null)
        {
            // value <= v AND (value < v OR id < i): the first half is the range that the index starts at.
            var id = behind.Id;
            leads = leads.Where(Compare(key, value, down, orEqual: true));
            Expression<Func<Lead, bool>> beyondId = down ? l => l.Id.CompareTo(id) < 0 : l => l.Id.CompareTo(id) > 0;
            var beyond = Compare(key, value, down, orEqual: false);
            var sameLead = new Swap(beyondId.Parameters[0], beyond.Parameters[0]).Visit(beyondId.Body);
            leads = leads.Where(Expression.Lambda<Func<Lead, bool>>(Expression.OrElse(beyond.Body, sameLead), beyond.Parameters));
        }

        return down ? leads.OrderByDescending(key).ThenByDescending(l => l.Id) : leads.OrderBy(key).ThenBy(l => l.Id);
    }

    private static Expression<Func<Lead, bool>> Compare<T>(Expression<Func<Lead, T>> key, T value, bool down, bool orEqual)
    {
        // A member of an object, as the compiler captures a local: so it becomes a parameter and the plan is kept.
        Expression given = Expression.Field(Expression.Constant(new Box<T> { Value = value }), nameof(Box<>.Value));
        var (left, right) = typeof(T) == typeof(string)
            ? (Expression.Call(typeof(string), nameof(string.Compare), null, key.Body, given), Expression.Constant(0))
            : (key.Body, given);
        var body = (down, orEqual) switch
        {
            (true, true) => Expression.LessThanOrEqual(left, right),
            (true, false) => Expression.LessThan(left, right),
            (false, true) => Expression.GreaterThanOrEqual(left, right),
            _ => Expression.GreaterThan(left, right),
        };
        return Expression.Lambda<Func<Lead, bool>>(body, key.Parameters);
    }

    private sealed class Box<T>
    {
        public T Value = default!;
    }

    private sealed class Swap(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
