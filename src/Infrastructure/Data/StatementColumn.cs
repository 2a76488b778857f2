using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace LeadGen.Infrastructure.Data;

/// <summary>A column of a prepared statement, with the way from an entity to what the database keeps.</summary>
internal sealed class StatementColumn
{
    private readonly IClrPropertyGetter getter;
    private readonly Func<object?, object?>? convert;
    private readonly DbParameter parameter;

    public StatementColumn(DbCommand command, IProperty property)
    {
        getter = property.GetGetter();
        convert = property.GetTypeMapping().Converter?.ConvertToProvider;
        Name = $"\"{property.GetColumnName(StoreObjectIdentifier.Table(property.DeclaringType.GetTableName()!))}\"";
        parameter = command.CreateParameter();
        parameter.ParameterName = $"@p{command.Parameters.Count}";
        command.Parameters.Add(parameter);
    }

    /// <summary>Quoted.</summary>
    public string Name { get; }

    public string Placeholder => parameter.ParameterName;

    public void Bind(object entity)
    {
        var value = getter.GetClrValueUsingContainingEntity(entity);
        parameter.Value = (value is null || convert is null ? value : convert(value)) ?? DBNull.Value;
    }
}
