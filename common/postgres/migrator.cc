#include "common/postgres/migrator.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/postgres/schema_statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::postgres {
namespace {

// Namespace of our advisory locks; the second key is a hash of the schema's name.
constexpr Statement kLock{"postgres.lock_migrations",
                          "SELECT pg_advisory_xact_lock(1129268804, hashtext($1))"};
constexpr Statement kSchemaExists{"postgres.find_schema",
                                  "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)"};
constexpr Statement kTableExists{
    "postgres.find_migrations_table",
    "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = "
    "'schema_migrations')"};

constexpr absl::string_view kSetUp =
    "CREATE TABLE IF NOT EXISTS {schema}.schema_migrations ("
    "  module text NOT NULL,"  // '' is the service itself
    "  version integer NOT NULL,"
    "  name text NOT NULL,"
    "  sql_sha256 bytea NOT NULL,"
    "  apply_time timestamptz NOT NULL DEFAULT now(),"
    "  PRIMARY KEY (module, version))";
constexpr absl::string_view kGrant =
    "GRANT USAGE ON SCHEMA {schema} TO {role};"
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};"
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role};"
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
    "  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};"
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES TO {role};"
    "REVOKE INSERT, UPDATE, DELETE ON {schema}.schema_migrations FROM {role}";

constexpr absl::string_view kApplied =
    "SELECT version FROM {schema}.schema_migrations WHERE module = $1";
constexpr absl::string_view kChanged =
    "SELECT a.version, a.name FROM {schema}.schema_migrations a "
    "JOIN unnest($2::integer[], $3::text[]) AS m (version, sql) ON m.version = a.version "
    "WHERE a.module = $1 AND a.sql_sha256 <> sha256(convert_to(m.sql, 'UTF8')) "
    "ORDER BY a.version LIMIT 1";
constexpr absl::string_view kRecord =
    "INSERT INTO {schema}.schema_migrations (module, version, name, sql_sha256) "
    "VALUES ($1, $2, $3, sha256(convert_to($4, 'UTF8')))";
constexpr absl::string_view kLastVersions =
    "SELECT module, max(version) FROM {schema}.schema_migrations GROUP BY module";

const TransactionOptions kPatient{.statement_timeout = absl::InfiniteDuration()};

std::string Title(absl::string_view schema, absl::string_view module, int version,
                  absl::string_view name) {
  return absl::StrCat(schema, module.empty() ? "" : ".", module, " ", version, " (", name, ")");
}

absl::Status CheckPlan(absl::string_view schema, const std::vector<MigrationModule>& modules) {
  if (!IsPlainName(schema)) {
    return absl::InvalidArgumentError("a schema's name is lower-case letters, digits and _");
  }
  std::set<absl::string_view> names;
  for (const MigrationModule& module : modules) {
    if (!names.insert(module.name).second) {
      return absl::InvalidArgumentError(absl::StrCat("two modules are named ", module.name));
    }
    for (std::size_t i = 0; i < module.migrations.size(); ++i) {
      if (module.migrations[i].version != static_cast<int>(i) + 1) {
        return absl::InvalidArgumentError(
            absl::StrCat("migrations are numbered 1, 2, 3 without gaps; ", schema, " has ",
                         module.migrations[i].version, " at place ", i + 1));
      }
    }
  }
  return absl::OkStatus();
}

std::vector<MigrationModule> WithOwn(const std::vector<MigrationModule>& modules,
                                     const std::vector<Migration>& migrations) {
  std::vector<MigrationModule> all = modules;
  all.push_back({.name = "", .migrations = migrations});
  return all;
}

}  // namespace

// One transaction of a migration; has access to Transaction::ExecuteScript.
class MigrationStep {
 public:
  MigrationStep(ConnectionPool& pool, absl::string_view schema)
      : pool_(pool),
        schema_(schema),
        applied_("list_applied_migrations", kApplied, schema),
        changed_("list_changed_migrations", kChanged, schema),
        record_("insert_migration", kRecord, schema) {}

  absl::Status SetUp() {
    return Locked([&](Transaction& t) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(const Result exists, t.Execute(kSchemaExists, {schema_}));
      // Asked first: CREATE SCHEMA IF NOT EXISTS needs the right to create even where
      // there is nothing to do.
      if (!exists[0].Bool(0)) {
        CLIENTELE_RETURN_IF_ERROR(Script(t, "create_schema", "CREATE SCHEMA {schema}"));
      }
      CLIENTELE_ASSIGN_OR_RETURN(const Result table, t.Execute(kTableExists, {schema_}));
      if (table[0].Bool(0)) return absl::OkStatus();
      return Script(t, "create_schema_migrations", kSetUp);
    });
  }

  absl::Status Grant(const std::string& role) {
    return Locked([&](Transaction& t) {
      return Script(t, "grant", absl::StrReplaceAll(kGrant, {{"{role}", role}}));
    });
  }

  // Applies the first migration of `module` that is not there; whether there was one.
  absl::StatusOr<bool> ApplyNext(const MigrationModule& module) {
    bool applied_one = false;
    CLIENTELE_RETURN_IF_ERROR(Locked([&](Transaction& t) -> absl::Status {
      applied_one = false;
      CLIENTELE_RETURN_IF_ERROR(CheckUnchanged(t, module));
      CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(applied_.statement(), {module.name}));
      std::set<int64_t> versions;
      for (const Row row : rows) versions.insert(row.Int64(0));
      for (const Migration& migration : module.migrations) {
        if (versions.contains(migration.version)) continue;
        const std::string title = Title(schema_, module.name, migration.version, migration.name);
        CLIENTELE_RETURN_IF_ERROR(Script(t, title.c_str(), migration.sql));
        applied_one = true;
        return t
            .Execute(record_.statement(),
                     {module.name, migration.version, migration.name, migration.sql})
            .status();
      }
      return absl::OkStatus();
    }));
    return applied_one;
  }

 private:
  absl::Status Locked(absl::FunctionRef<absl::Status(Transaction&)> body) {
    return pool_.Transact(
        RequestContext(),
        [&](Transaction& t) -> absl::Status {
          CLIENTELE_RETURN_IF_ERROR(t.Execute(kLock, {schema_}).status());
          return body(t);
        },
        kPatient);
  }

  absl::Status Script(Transaction& t, const char* title, absl::string_view sql) {
    std::string detail;
    absl::Status status = t.ExecuteScript(title, ForSchema(sql, schema_), &detail);
    if (status.ok() || absl::IsUnavailable(status) || absl::IsAborted(status)) return status;
    while (!detail.empty() && detail.back() == '\n') detail.pop_back();
    return WithReason(absl::InternalError(absl::StrCat(
                          "migration ", title,
                          " failed: ", detail.empty() ? std::string(status.message()) : detail)),
                      reason::kInternal);
  }

  absl::Status CheckUnchanged(Transaction& t, const MigrationModule& module) {
    std::vector<int32_t> versions;
    std::vector<std::string> texts;
    for (const Migration& migration : module.migrations) {
      versions.push_back(migration.version);
      texts.push_back(migration.sql);
    }
    CLIENTELE_ASSIGN_OR_RETURN(const Result changed,
                               t.Execute(changed_.statement(), {module.name, versions, texts}));
    if (changed.empty()) return absl::OkStatus();
    return WithReason(
        absl::FailedPreconditionError(absl::StrCat(
            "migration ",
            Title(schema_, module.name, static_cast<int>(changed[0].Int64(0)), changed[0].Text(1)),
            " was changed after it had been applied; restore its text and add a new migration")),
        "MIGRATION_CHANGED");
  }

  ConnectionPool& pool_;
  const std::string schema_;
  const SchemaStatement applied_;
  const SchemaStatement changed_;
  const SchemaStatement record_;
};

absl::Status Migrate(ConnectionPool& pool, absl::string_view schema,
                     const std::vector<Migration>& migrations, const MigrateOptions& options) {
  const std::vector<MigrationModule> modules = WithOwn(options.modules, migrations);
  CLIENTELE_RETURN_IF_ERROR(CheckPlan(schema, modules));
  if (!options.grant_to_role.empty() && !IsPlainName(options.grant_to_role)) {
    return absl::InvalidArgumentError("a role's name is lower-case letters, digits and _");
  }
  MigrationStep step(pool, schema);
  CLIENTELE_RETURN_IF_ERROR(step.SetUp());
  for (const MigrationModule& module : modules) {
    bool more = true;
    while (more) {
      CLIENTELE_ASSIGN_OR_RETURN(more, step.ApplyNext(module));
    }
  }
  return options.grant_to_role.empty() ? absl::OkStatus() : step.Grant(options.grant_to_role);
}

absl::Status CheckSchemaVersion(ConnectionPool& pool, absl::string_view schema,
                                const std::vector<Migration>& migrations,
                                const std::vector<MigrationModule>& modules) {
  const std::vector<MigrationModule> wanted = WithOwn(modules, migrations);
  CLIENTELE_RETURN_IF_ERROR(CheckPlan(schema, wanted));
  const SchemaStatement last_versions("list_migration_versions", kLastVersions, schema);
  const auto behind = [&](absl::string_view what) {
    return WithReason(
        absl::FailedPreconditionError(absl::StrCat("the database schema ", schema, what,
                                                   "; run this service with --migrate_and_exit")),
        "SCHEMA_TOO_OLD");
  };
  return pool.Transact(RequestContext(),
                       [&](Transaction& t) -> absl::Status {
                         CLIENTELE_ASSIGN_OR_RETURN(const Result exists,
                                                    t.Execute(kTableExists, {std::string(schema)}));
                         if (!exists[0].Bool(0)) return behind(" does not exist");
                         CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                                    t.Execute(last_versions.statement()));
                         for (const MigrationModule& module : wanted) {
                           int64_t version = 0;
                           for (const Row row : rows) {
                             if (row.TextView(0) == module.name) version = row.Int64(1);
                           }
                           if (version < static_cast<int64_t>(module.migrations.size())) {
                             return behind(" is older than this program needs");
                           }
                         }
                         return absl::OkStatus();
                       },
                       {.read_only = true});
}

}  // namespace clientele::postgres
