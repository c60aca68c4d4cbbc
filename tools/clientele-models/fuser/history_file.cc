#include "tools/clientele-models/fuser/history_file.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

#include "common/csv/csv_reader.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/events/event_type_names.h"
#include "tools/clientele-models/evaluate/time_column.h"

namespace clientele::models {
namespace {

using profile::Event;
using profile::EventType;

// A row of the file, whose cells are found by their column.
struct Cells {
  std::int64_t line = 0;
  std::function<absl::string_view(const std::string&)> get;

  std::string Text(const std::string& column) const {
    return column.empty() ? "" : std::string(absl::StripAsciiWhitespace(get(column)));
  }
  // 0 where the cell is empty.
  absl::StatusOr<double> Number(const std::string& column) const {
    const std::string text = Text(column);
    double value = 0;
    if (text.empty() || (absl::SimpleAtod(text, &value) && std::isfinite(value))) return value;
    return absl::InvalidArgumentError(absl::StrCat("line ", line, ": '", text.substr(0, 40),
                                                   "' in the column '", column,
                                                   "' is not a number"));
  }
};

std::vector<std::string> NamedColumns(const HistoryColumns& columns) {
  std::vector<std::string> names;
  for (const std::string* name :
       {&columns.customer, &columns.time, &columns.type, &columns.item, &columns.category,
        &columns.quantity, &columns.amount, &columns.price, &columns.text, &columns.channel,
        &columns.device, &columns.rating}) {
    if (!name->empty()) names.push_back(*name);
  }
  return names;
}

absl::StatusOr<EventType> TypeOf(const Cells& cells, const HistoryColumns& columns, double amount) {
  if (columns.type.empty()) return amount < 0 ? EventType::kReturn : EventType::kPurchase;
  const std::string name = cells.Text(columns.type);
  const EventType type = profile::EventTypeNamed(name);
  // A campaign or a coupon needs more than a history has.
  const bool known =
      type != EventType::kUnspecified && !profile::IsOfCampaign(type) && !profile::IsOfCoupon(type);
  if (known) return type;
  return absl::InvalidArgumentError(
      absl::StrCat("line ", cells.line, ": '", name.substr(0, 40), "' is no type of event"));
}

// But for its time.
absl::StatusOr<Event> EventOf(const Cells& cells, const HistoryColumns& columns) {
  Event event;
  event.customer_id = cells.Text(columns.customer);
  CLIENTELE_ASSIGN_OR_RETURN(const double quantity, cells.Number(columns.quantity));
  CLIENTELE_ASSIGN_OR_RETURN(double amount,
                             cells.Number(columns.amount.empty() ? columns.price : columns.amount));
  if (columns.amount.empty()) amount *= quantity;
  CLIENTELE_ASSIGN_OR_RETURN(event.type, TypeOf(cells, columns, amount));
  CLIENTELE_ASSIGN_OR_RETURN(event.rating, cells.Number(columns.rating));
  event.item_id = cells.Text(columns.item);
  event.category = cells.Text(columns.category);
  event.quantity = std::abs(quantity);
  event.amount_micros = static_cast<std::int64_t>(std::llround(std::abs(amount) * 1e6));
  if (event.amount_micros > 0) event.currency_code = columns.currency_code;
  event.text = cells.Text(columns.text);
  event.channel = cells.Text(columns.channel);
  event.device = cells.Text(columns.device);
  return event;
}

using RowReader = std::function<absl::Status(const Cells&)>;

absl::Status ReadCsv(const std::filesystem::path& path, const std::vector<std::string>& names,
                     const RowReader& read) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::unique_ptr<csv::CsvReader> reader,
                             csv::CsvReader::Open(path));
  CLIENTELE_RETURN_IF_ERROR(reader->RequireColumns(names));
  csv::CsvRow row;
  const Cells cells{.line = 0, .get = [&](const std::string& name) { return row.Get(name); }};
  while (true) {
    CLIENTELE_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) return absl::OkStatus();
    CLIENTELE_RETURN_IF_ERROR(row.error());
    Cells here = cells;
    here.line = row.line();
    CLIENTELE_RETURN_IF_ERROR(read(here));
  }
}

absl::Status ReadSpaces(const std::filesystem::path& path, const std::vector<std::string>& names,
                        const RowReader& read) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line)) {
    return absl::NotFoundError("the file can't be opened, or is empty");
  }
  const auto split = [](const std::string& text) {
    return std::vector<std::string>(
        absl::StrSplit(text, absl::ByAnyChar(" \t\r"), absl::SkipEmpty()));
  };
  const std::vector<std::string> header = split(line);
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < header.size(); ++i) places.emplace(header[i], i);
  for (const std::string& name : names) {
    if (!places.contains(name)) {
      return absl::InvalidArgumentError(absl::StrCat("there is no column '", name, "'"));
    }
  }
  std::vector<std::string> row;
  Cells cells{.line = 1, .get = [&](const std::string& name) -> absl::string_view {
                return row[places.at(name)];
              }};
  while (std::getline(file, line)) {
    ++cells.line;
    row = split(line);
    if (row.empty()) continue;
    if (row.size() != header.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", cells.line, " has another number of cells than the header"));
    }
    CLIENTELE_RETURN_IF_ERROR(read(cells));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<profile::EventHistory> ReadHistory(const std::filesystem::path& path,
                                                  const HistoryColumns& columns) {
  if (columns.customer.empty() || columns.time.empty()) {
    return absl::InvalidArgumentError("the columns of the customer and the time must be named");
  }
  TimeColumn times;
  std::vector<Event> events;
  const RowReader read = [&](const Cells& cells) -> absl::Status {
    if (cells.Text(columns.customer).empty()) return absl::OkStatus();
    CLIENTELE_ASSIGN_OR_RETURN(Event event, EventOf(cells, columns));
    CLIENTELE_RETURN_IF_ERROR(times.Add(cells.Text(columns.time), cells.line));
    events.push_back(std::move(event));
    return absl::OkStatus();
  };
  const std::vector<std::string> names = NamedColumns(columns);
  const absl::Status done =
      columns.spaces ? ReadSpaces(path, names, read) : ReadCsv(path, names, read);
  if (!done.ok()) {
    return absl::Status(done.code(), absl::StrCat(path.filename().string(), ": ", done.message()));
  }
  times.Finish();
  const double units = times.UnitsPerSecond().value_or(1);
  profile::EventHistory history;
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].event_time =
        absl::FromUnixMicros(static_cast<std::int64_t>(times.values()[i] / units * 1e6));
    const auto [at, added] = index.try_emplace(events[i].customer_id, history.customers.size());
    if (added) history.customers.emplace_back();
    history.customers[at->second].push_back(std::move(events[i]));
  }
  return history;
}

}  // namespace clientele::models
