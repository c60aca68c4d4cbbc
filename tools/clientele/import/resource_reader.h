#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_READER_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_READER_H_

// What a kind of resource is in a file: one row is one resource.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "tools/clientele/import/columns.h"
#include "tools/clientele/import/import.h"
#include "tools/clientele/import/resource_sender.h"

namespace clientele::cli {

// For one thread.
template <class Message>
class ResourceReader {
 public:
  virtual ~ResourceReader() = default;
  // The row's id as the suite has it; an error is why it has none.
  virtual absl::StatusOr<std::string> Name(const std::vector<std::string>& fields) const = 0;
  // INVALID_ARGUMENT: why to reject it.
  virtual absl::StatusOr<OutgoingRow<Message>> Read(const SourceRow& row) = 0;
  virtual const Columns& columns() const = 0;
  // Told of all rows before the first is read.
  virtual void Survey(const std::string& name, const SourceRow& row) = 0;
  virtual absl::Status EndSurvey() const { return absl::OkStatus(); }
  // For people, of what was assumed.
  virtual std::vector<std::string> notes() const = 0;
};

// "items/ab.20c" of "ab c". INVALID_ARGUMENT, after the field's name, for what is no id.
absl::StatusOr<std::string> ResourceName(absl::string_view collection, absl::string_view field,
                                         absl::string_view text);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_RESOURCE_READER_H_
