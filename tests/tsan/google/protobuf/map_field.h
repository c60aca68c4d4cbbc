// Found before protobuf's own header in builds with the thread sanitizer, where that one gives
// every map two more members: Debian's libprotobuf is built without them and would read the wrong
// bytes.

// No include guard: the header below has one.
// The standard library keeps what it does for the sanitizer.
#include <memory>

#pragma push_macro("__SANITIZE_THREAD__")
#undef __SANITIZE_THREAD__
#include_next <google/protobuf/map_field.h>
#pragma pop_macro("__SANITIZE_THREAD__")
