using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LeadGen.Infrastructure.Data;

/// <summary>Tells whether a write failed only because another was quicker: running it again sees the other's result.</summary>
public static class LostRace
{
    /// <summary>Two writers met on a unique key, locked each other, or changed the same row.</summary>
    public static bool Is(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is DbUpdateConcurrencyException || (e as PostgresException)?.SqlState is
                PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
                return true;
            }
        }

        return false;
    }
}
