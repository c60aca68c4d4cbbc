#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/time/clock.h"

#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/import/article_import.h"
#include "tools/clientele/import/consent_import.h"
#include "tools/clientele/import/event_import.h"
#include "tools/clientele/import/golden_question_import.h"
#include "tools/clientele/import/import_file.h"
#include "tools/clientele/import/resource_import.h"

namespace clientele::cli {
namespace {

struct ImportFlags {
  ImportFileOptions file;
  std::vector<std::string> columns;
  std::string delimiter;
  bool update = false;
  std::string on_bad_contact = "reject";
  bool decimal_comma = false;
  std::string source;
  std::string currency = "GBP";
  EventImportOptions events;
  EventJoins join;
  ArticleImportOptions articles;
  ConsentImportOptions consents;
  std::string items_time_format;
  std::string time_zone;
};

// Flags of every kind of import.
CLI::App* AddImport(CLI::App& parent, const std::string& what,
                    const std::vector<std::string>& fields, ImportFlags& flags) {
  CLI::App* command = parent.add_subcommand(what, "Import " + what + " from a CSV file");
  flags.file.what = what;
  std::vector<std::string> shown = fields;
  for (std::string& field : shown) {
    if (field.back() == '.') field += "NAME";
  }
  command->add_option("file", flags.file.file, "A .csv or .csv.gz file with a header")->required();
  command
      ->add_option("--column", flags.columns,
                   "FIELD=\"CSV HEADER\", repeatable; fields: " + absl::StrJoin(shown, ", "))
      ->allow_extra_args(false);
  command->add_option(
      "--delimiter", flags.delimiter,
      "Between cells: a character, or comma, semicolon, tab, pipe (default: found)");
  command->add_option("--encoding", flags.file.csv.encoding,
                      "Such as utf-8, utf-16, cp1252, gbk (default: found)");
  command
      ->add_option("--skip_lines", flags.file.csv.skip_lines,
                   "Lines above the header, whatever they hold (default: found)")
      ->check(CLI::Range(0, 1000000));
  command->add_option("--rejected", flags.file.rejected,
                      "Where rejected rows go (default: FILE.rejected.csv)");
  command->add_flag("--json", flags.file.json, "End with one JSON object");
  return command;
}

void AddNumberFlags(CLI::App* command, ImportFlags& flags) {
  command->add_flag("--decimal_comma", flags.decimal_comma,
                    "Numbers are written 1.234,56 (default: 1,234.56)");
}

void AddUpdateFlag(CLI::App* command, ImportFlags& flags) {
  command->add_flag("--update", flags.update,
                    "Change what is stored with other values, in the fields that have a column");
}

DecimalMark MarkOf(const ImportFlags& flags) {
  return flags.decimal_comma ? DecimalMark::kComma : DecimalMark::kPoint;
}

// Completes what flags say of the file, and imports it.
absl::Status RunImport(ImportFlags& flags, const std::vector<std::string>& fields,
                       const MakeImport& make) {
  if (!flags.delimiter.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(flags.file.csv.delimiter, ParseDelimiter(flags.delimiter));
  }
  flags.file.csv.names = HeaderNames(fields, flags.columns);
  return ImportFile(flags.file, make, std::cout);
}

void AddEventFlags(CLI::App* command, ImportFlags& flags) {
  EventImportOptions& events = flags.events;
  command->add_option("--source", flags.source,
                      "Names the source in event ids (default: the file's base name)");
  command->add_option(
      "--time_format", events.line.time_format,
      "epoch, epoch_ms, epoch_us, epoch_days, excel, or such as \"%d/%m/%Y %H:%M\" (default: "
      "RFC 3339 or YYYY-MM-DD HH:MM:SS, with an offset or without)");
  command->add_option("--time_zone", events.line.time_zone,
                      "Of times without one: Europe/Berlin, +02:00 (default: UTC)");
  command->add_option("--currency", flags.currency, "Where a line names none")
      ->capture_default_str();
  command->add_option("--type", events.line.type, "Where a line names none")->capture_default_str();
  command->add_option("--price_column", events.line.price_column,
                      "Unit price: amount = quantity x price where no amount is given");
  command->add_option("--return_if", events.line.return_if,
                      "\"CSV HEADER=REGEX\": such lines are returns or cancellations");
  command
      ->add_option("--join", flags.join.joins,
                   "FILE:COLUMN[,COLUMN], repeatable: adds the columns of another file's rows with "
                   "the same cells in those columns; several such rows are several events")
      ->allow_extra_args(false);
  command
      ->add_option("--only", flags.join.only,
                   "\"CSV HEADER=REGEX\", repeatable: other lines are left out")
      ->allow_extra_args(false);
  command->add_flag("--create_items", events.create_items,
                    "Create unknown items instead of rejecting their lines");
  command->add_flag("--create_customers", events.create_customers,
                    "Create unknown customers instead of rejecting their lines");
  command->add_flag("--drop_repeated_lines", events.drop_repeated_lines,
                    "Count equal lines of the file once");
  command->add_flag("--quarantine", events.quarantine,
                    "Keep events that profile-service rejects in its quarantine, to be mended and "
                    "replayed: clientele quarantine");
  command->add_option("--batch_rows", events.batch_rows, "Events in one message")
      ->check(CLI::Range(1, 5000))
      ->capture_default_str();
  command->add_option("--window", events.window, "Messages in flight")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
}

absl::Status ImportEvents(ImportFlags flags, const SuiteClientOptions& options) {
  flags.events.line.columns = flags.columns;
  flags.events.line.currency = flags.currency;
  flags.events.line.decimal_mark = MarkOf(flags);
  flags.events.line.source = flags.source.empty() ? SourceName(flags.file.file) : flags.source;
  flags.events.line.latest = absl::Now() + absl::Hours(24);
  SuiteClient client(options);
  if (!flags.events.line.price_column.empty()) {
    flags.columns.push_back("price=" + flags.events.line.price_column);
  }
  return RunImport(flags, EventFields(), [&](const auto& header, RejectedRows* rejected) {
    return MakeEventImport(&client, flags.events, flags.join, header, rejected);
  });
}

}  // namespace

void AddImportCommands(CLI::App& app, std::vector<Command>& commands) {
  CLI::App* import = app.add_subcommand("import", "Import a CSV file; importing it again is free");
  import->require_subcommand(1);

  auto customers = std::make_shared<ImportFlags>();
  CLI::App* customers_command = AddImport(*import, "customers", CustomerFields(), *customers);
  AddUpdateFlag(customers_command, *customers);
  customers_command
      ->add_option("--on_bad_contact", customers->on_bad_contact,
                   "What a phone or email that cannot be one does: reject the row, empty the "
                   "field, or keep it")
      ->check(CLI::IsMember({"reject", "empty", "keep"}))
      ->capture_default_str();
  commands.push_back(
      {customers_command, [customers](const SuiteClientOptions& options) -> absl::Status {
         SuiteClient client(options);
         CustomerImportOptions how;
         how.columns = customers->columns;
         how.update = customers->update;
         CLIENTELE_ASSIGN_OR_RETURN(how.on_bad_contact,
                                    ParseBadContactPolicy(customers->on_bad_contact));
         return RunImport(*customers, CustomerFields(),
                          [&](const auto& header, RejectedRows* rejected) {
                            return MakeCustomerImport(&client, how, header, rejected);
                          });
       }});

  auto items = std::make_shared<ImportFlags>();
  CLI::App* items_command = AddImport(*import, "items", ItemFields(), *items);
  AddUpdateFlag(items_command, *items);
  AddNumberFlags(items_command, *items);
  items_command->add_option("--currency", items->currency, "Where a row names none")
      ->capture_default_str();
  items_command->add_option("--time_format", items->items_time_format,
                            "Of available_from and available_until, as for events (default: RFC "
                            "3339 or YYYY-MM-DD HH:MM:SS)");
  items_command->add_option("--time_zone", items->time_zone,
                            "Of times without one: Europe/Berlin, +02:00 (default: UTC)");
  commands.push_back(
      {items_command, [items](const SuiteClientOptions& options) -> absl::Status {
         SuiteClient client(options);
         ItemImportOptions how;
         how.columns = items->columns;
         how.update = items->update;
         how.currency = items->currency;
         how.decimal_mark = MarkOf(*items);
         how.time_format.format = items->items_time_format;
         if (!items->time_zone.empty()) {
           CLIENTELE_ASSIGN_OR_RETURN(how.time_format.zone, FindTimeZone(items->time_zone));
         }
         return RunImport(*items, ItemFields(), [&](const auto& header, RejectedRows* rejected) {
           return MakeItemImport(&client, how, header, rejected);
         });
       }});

  auto articles = std::make_shared<ImportFlags>();
  CLI::App* articles_command = AddImport(*import, "articles", ArticleFields(), *articles);
  AddUpdateFlag(articles_command, *articles);
  articles_command
      ->add_option("--question_separator", articles->articles.question_separator,
                   "Between the questions of one cell; empty: a cell is one question")
      ->capture_default_str();
  articles_command->add_option("--language", articles->articles.language_code,
                               "Where a row names none (default: detected in the text)");
  articles_command->add_option("--time_format", articles->articles.time_format.format,
                               "Of valid_from and valid_until, as for events (default: RFC 3339 or "
                               "YYYY-MM-DD HH:MM:SS)");
  articles_command->add_option("--time_zone", articles->time_zone,
                               "Of times without one: Europe/Berlin, +02:00 (default: UTC)");
  commands.push_back(
      {articles_command, [articles](const SuiteClientOptions& options) -> absl::Status {
         SuiteClient client(options);
         ArticleImportOptions& how = articles->articles;
         how.columns = articles->columns;
         how.update = articles->update;
         if (!articles->time_zone.empty()) {
           CLIENTELE_ASSIGN_OR_RETURN(how.time_format.zone, FindTimeZone(articles->time_zone));
         }
         return RunImport(*articles, ArticleFields(),
                          [&](const auto& header, RejectedRows* rejected) {
                            return ArticleImport::Create(&client, how, header, rejected);
                          });
       }});

  auto consents = std::make_shared<ImportFlags>();
  CLI::App* consents_command = AddImport(*import, "consents", ConsentFields(), *consents);
  consents_command->add_option("--source", consents->source, "Where a row names none");
  consents_command->add_option("--time_format", consents->consents.time_format.format,
                               "As for events (default: RFC 3339 or YYYY-MM-DD HH:MM:SS)");
  consents_command->add_option("--time_zone", consents->time_zone,
                               "Of times without one: Europe/Berlin, +02:00 (default: UTC)");
  commands.push_back(
      {consents_command, [consents](const SuiteClientOptions& options) -> absl::Status {
         SuiteClient client(options);
         ConsentImportOptions& how = consents->consents;
         how.columns = consents->columns;
         how.source = consents->source;
         if (!consents->time_zone.empty()) {
           CLIENTELE_ASSIGN_OR_RETURN(how.time_format.zone, FindTimeZone(consents->time_zone));
         }
         return RunImport(*consents, ConsentFields(),
                          [&](const auto& header, RejectedRows* rejected) {
                            return ConsentImport::Create(&client, how, header, rejected);
                          });
       }});

  auto golden = std::make_shared<ImportFlags>();
  CLI::App* golden_command =
      AddImport(*import, "golden-questions", GoldenQuestionFields(), *golden);
  AddUpdateFlag(golden_command, *golden);
  commands.push_back({golden_command, [golden](const SuiteClientOptions& options) -> absl::Status {
                        SuiteClient client(options);
                        const GoldenQuestionImportOptions how{golden->columns, golden->update};
                        return RunImport(*golden, GoldenQuestionFields(),
                                         [&](const auto& header, RejectedRows* rejected) {
                                           return GoldenQuestionImport::Create(&client, how, header,
                                                                               rejected);
                                         });
                      }});

  auto events = std::make_shared<ImportFlags>();
  CLI::App* events_command = AddImport(*import, "events", EventFields(), *events);
  AddNumberFlags(events_command, *events);
  AddEventFlags(events_command, *events);
  commands.push_back({events_command, [events](const SuiteClientOptions& options) {
                        return ImportEvents(*events, options);
                      }});
}

}  // namespace clientele::cli
