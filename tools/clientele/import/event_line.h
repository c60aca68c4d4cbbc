#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_LINE_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_LINE_H_

// From one line of an events file to what the suite stores:
//
//   - the amount is the amount column's, or else quantity x price, exact;
//   - a line that matches --return_if, or a purchase of negative quantity, is a
//     RETURN with its own time and positive quantity and amount;
//   - a line without a customer counts for its item's statistics only;
//   - ids are encoded (resource_id.h).
//
//   CLIENTELE_ASSIGN_OR_RETURN(const EventLineReader reader, EventLineReader::Create(options,
//   header)); absl::StatusOr<EventLine> line = reader.Read(fields, id);   // INVALID_ARGUMENT: why
//   to reject it
//
// Thread-safe after creation.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clientele/profile/v1/profile_service.pb.h"

#include "tools/clientele/import/cell_rule.h"
#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/decimal.h"
#include "tools/clientele/import/event_time.h"
#include "tools/clientele/import/number_survey.h"

namespace clientele::cli {

struct EventLineOptions {
  std::vector<std::string> columns;  // "field=CSV header"
  std::string price_column;          // CSV header of the unit price; empty: "price"
  std::string time_format;           // see event_time.h
  std::string time_zone;             // of times that name none; empty: UTC
  DecimalMark decimal_mark = DecimalMark::kPoint;
  std::string currency = "GBP";   // where the line names none
  std::string type = "purchase";  // where the line names none
  std::string return_if;          // "CSV header=regular expression"; empty: none
  std::string source;             // stored with each event
  // Later times are refused, as the services do.
  absl::Time latest = absl::InfiniteFuture();
};

struct EventLine {
  // customer is empty for a line without one; item is "items/ID" or empty.
  profile::v1::Event event;
  std::string customer_id;
  std::string item_id;
  // For items that are to be created.
  std::string item_title;
  // For customers that are to be created.
  std::string customer_region;
  std::optional<int64_t> price_micros;

  bool anonymous() const { return customer_id.empty(); }
};

class EventLineReader {
 public:
  // INVALID_ARGUMENT when an option or the header does not fit.
  static absl::StatusOr<EventLineReader> Create(const EventLineOptions& options,
                                                const std::vector<std::string>& header);

  // `id` becomes the event's id unless the file has an event_id column.
  absl::StatusOr<EventLine> Read(const std::vector<std::string>& row, const std::string& id) const;

  // Shows the row's numbers.
  void Survey(int64_t line, const std::vector<std::string>& row, NumberSurvey& numbers) const;
  // What names the row's event; empty unless the file gives ids.
  std::string Identity(const std::vector<std::string>& row) const;
  // The fields that have a column, in one string that other values never give.
  std::string Content(const std::vector<std::string>& row) const;

 private:
  struct Positions {
    int event_id, customer_id, type, event_time, item_id, category, quantity, amount, currency_code;
    int text, channel, device, rating, campaign_id, coupon_id, user_agent, price, item_title,
        customer_region;
  };

  EventLineReader() = default;
  absl::Status ReadIds(const std::vector<std::string>& row, const std::string& id,
                       EventLine& line) const;
  absl::Status ReadTypeAndAmount(const std::vector<std::string>& row, EventLine& line) const;

  Positions at_ = {};
  std::optional<CellRule> return_rule_;
  profile::v1::EventType default_type_ = profile::v1::EVENT_TYPE_UNSPECIFIED;
  EventLineOptions options_;
  TimeFormat time_format_;
  std::vector<int> mapped_;  // columns of fields
};

// The fields that a column may hold.
const std::vector<std::string>& EventFields();

// "purchase", "Purchase" or "EVENT_TYPE_PURCHASE"; INVALID_ARGUMENT lists the types.
absl::StatusOr<profile::v1::EventType> ParseEventType(absl::string_view name);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_EVENT_LINE_H_
