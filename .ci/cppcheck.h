/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cppcheck.h - what cppcheck does not know: __typeof__ in our loops, jansson's loops */
#define __typeof__(expression) struct unknown *
#define json_array_foreach(array, index, value) \
	for ((index) = 0; ((value) = json_array_get(array, index)) != 0; (index)++)
#define json_object_foreach(object, key, value) \
	for ((key) = ""; ((value) = json_object_get(object, key)) != 0;)
