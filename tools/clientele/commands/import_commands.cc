#include <memory>

#include "absl/time/clock.h"

#include "tools/clientele/commands/commands.h"
#include "tools/clientele/import/article_import.h"
#include "tools/clientele/import/event_import.h"
#include "tools/clientele/import/import_file.h"
#include "tools/clientele/import/resource_import.h"

namespace clientele::cli {
namespace {

struct ImportFlags {
  ImportFileOptions file;
  std::vector<std::string> columns;
  std::string source;
  std::string currency = "GBP";
  EventImportOptions events;
  ArticleImportOptions articles;
};

// Flags of every kind of import.
CLI::App* AddImport(CLI::App& parent, const std::string& what, const std::string& fields,
                    ImportFlags& flags) {
  CLI::App* command = parent.add_subcommand(what, "Import " + what + " from a CSV file");
  flags.file.what = what;
  command->add_option("file", flags.file.file, "A .csv or .csv.gz file with a header")->required();
  command
      ->add_option("--column", flags.columns, "FIELD=\"CSV HEADER\", repeatable; fields: " + fields)
      ->allow_extra_args(false);
  command->add_option("--rejected", flags.file.rejected,
                      "Where rejected rows go (default: FILE.rejected.csv)");
  command->add_flag("--json", flags.file.json, "End with one JSON object");
  return command;
}

void AddEventFlags(CLI::App* command, ImportFlags& flags) {
  EventImportOptions& events = flags.events;
  command->add_option("--source", flags.source,
                      "Names the source in event ids (default: the file's base name)");
  command->add_option("--time_format", events.line.time_format,
                      "Such as \"%d/%m/%Y %H:%M\" (default: RFC 3339 or YYYY-MM-DD HH:MM:SS, UTC)");
  command->add_option("--currency", flags.currency, "Where a line names none")
      ->capture_default_str();
  command->add_option("--type", events.line.type, "Where a line names none")->capture_default_str();
  command->add_option("--price_column", events.line.price_column,
                      "Unit price: amount = quantity x price where no amount is given");
  command->add_option("--return_if", events.line.return_if,
                      "\"CSV HEADER=REGEX\": such lines are returns or cancellations");
  command->add_flag("--create_items", events.create_items,
                    "Create unknown items instead of rejecting their lines");
  command->add_flag("--create_customers", events.create_customers,
                    "Create unknown customers instead of rejecting their lines");
  command->add_flag("--drop_repeated_lines", events.drop_repeated_lines,
                    "Count equal lines of the file once");
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
  flags.events.line.source = flags.source.empty() ? SourceName(flags.file.file) : flags.source;
  flags.events.line.latest = absl::Now() + absl::Hours(24);
  SuiteClient client(options);
  return ImportFile(flags.file, [&](const auto& header, RejectedRows* rejected) {
    return EventImport::Create(&client, flags.events, header, rejected);
  });
}

}  // namespace

void AddImportCommands(CLI::App& app, std::vector<Command>& commands) {
  CLI::App* import = app.add_subcommand("import", "Import a CSV file; importing it again is free");
  import->require_subcommand(1);

  auto customers = std::make_shared<ImportFlags>();
  commands.push_back(
      {AddImport(*import, "customers",
                 "customer_id, display_name, email, phone, language_code, region, attribute.NAME",
                 *customers),
       [customers](const SuiteClientOptions& options) {
         SuiteClient client(options);
         return ImportFile(customers->file, [&](const auto& header, RejectedRows* rejected) {
           return MakeCustomerImport(&client, customers->columns, header, rejected);
         });
       }});

  auto items = std::make_shared<ImportFlags>();
  CLI::App* items_command =
      AddImport(*import, "items",
                "item_id, title, description, category, price, currency_code, image_uri", *items);
  items_command->add_option("--currency", items->currency, "Where a row names none")
      ->capture_default_str();
  commands.push_back(
      {items_command, [items](const SuiteClientOptions& options) {
         SuiteClient client(options);
         return ImportFile(items->file, [&](const auto& header, RejectedRows* rejected) {
           return MakeItemImport(&client, items->columns, items->currency, header, rejected);
         });
       }});

  auto articles = std::make_shared<ImportFlags>();
  CLI::App* articles_command = AddImport(
      *import, "articles", "article_id, title, body, language_code, uri, questions", *articles);
  articles_command
      ->add_option("--question_separator", articles->articles.question_separator,
                   "Between the questions of one cell; empty: a cell is one question")
      ->capture_default_str();
  articles_command->add_option("--language", articles->articles.language_code,
                               "Where a row names none (default: detected in the text)");
  commands.push_back(
      {articles_command, [articles](const SuiteClientOptions& options) {
         SuiteClient client(options);
         articles->articles.columns = articles->columns;
         return ImportFile(articles->file, [&](const auto& header, RejectedRows* rejected) {
           return ArticleImport::Create(&client, articles->articles, header, rejected);
         });
       }});

  auto events = std::make_shared<ImportFlags>();
  CLI::App* events_command =
      AddImport(*import, "events",
                "event_id, customer_id, type, event_time, item_id, category, quantity, amount, "
                "currency_code, text, channel, device, rating, price, item_title, customer_region",
                *events);
  AddEventFlags(events_command, *events);
  commands.push_back({events_command, [events](const SuiteClientOptions& options) {
                        return ImportEvents(*events, options);
                      }});
}

}  // namespace clientele::cli
